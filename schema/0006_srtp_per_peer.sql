-- Version 6: suites per extension, and what some peers do with keys.

ALTER TABLE extensions ADD COLUMN srtp_suites TEXT  -- best first; NULL: AES_CM_128_HMAC_SHA1_80
  CONSTRAINT "extensions.srtp_suites must not be empty" CHECK (trim(srtp_suites) <> '');
ALTER TABLE trunks ADD COLUMN srtp_quirks TEXT  -- renumbered_tag, unpadded_keys; NULL: none
  CONSTRAINT "trunks.srtp_quirks must not be empty" CHECK (trim(srtp_quirks) <> '');
UPDATE setting_info SET description = 'microseconds for which a media worker under load lets packets gather, to handle them in one go: 500 saves some of its processor time and delays audio by about as much; below 150: at once, or within 0.15 ms in a thick stream'
  WHERE key = 'media_gather_us';

PRAGMA user_version = 6;
