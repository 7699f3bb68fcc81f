-- Version 7: media security is agreed on with carriers that want it so.

ALTER TABLE trunks ADD COLUMN mediasec INTEGER NOT NULL DEFAULT 0  -- acts while tls and srtp are 1
  CONSTRAINT "trunks.mediasec must be 0 or 1" CHECK (mediasec IN (0, 1));
ALTER TABLE trunk_profiles ADD COLUMN mediasec INTEGER NOT NULL DEFAULT 0;
UPDATE trunk_profiles SET mediasec = 1 WHERE name = 'telekom-companyflex';
UPDATE trunks SET mediasec = 1 WHERE profile = 'telekom-companyflex';

-- As before, with one column more.
DROP TRIGGER trunks_profile_update;
CREATE TRIGGER trunks_profile_update AFTER UPDATE OF profile ON trunks WHEN NEW.profile <> OLD.profile
BEGIN
  SELECT RAISE(ABORT, 'trunks.profile: there is no such profile: SELECT name FROM trunk_profiles shows them all')
    WHERE NOT EXISTS (SELECT 1 FROM trunk_profiles WHERE name = NEW.profile);
  UPDATE trunks SET
    transport = iif(NEW.transport IS was.transport, now.transport, NEW.transport),
    register = iif(NEW.register IS was.register, now.register, NEW.register),
    tls = iif(NEW.tls IS was.tls, now.tls, NEW.tls),
    tls_verify = iif(NEW.tls_verify IS was.tls_verify, now.tls_verify, NEW.tls_verify),
    uri_style = iif(NEW.uri_style IS was.uri_style, now.uri_style, NEW.uri_style),
    srtp = iif(NEW.srtp IS was.srtp, now.srtp, NEW.srtp),
    srtp_inbound = iif(NEW.srtp_inbound IS was.srtp_inbound, now.srtp_inbound, NEW.srtp_inbound),
    identity_trust = iif(NEW.identity_trust IS was.identity_trust, now.identity_trust, NEW.identity_trust),
    identity_send = iif(NEW.identity_send IS was.identity_send, now.identity_send, NEW.identity_send),
    diversion = iif(NEW.diversion IS was.diversion, now.diversion, NEW.diversion),
    options_interval_s = iif(NEW.options_interval_s IS was.options_interval_s, now.options_interval_s, NEW.options_interval_s),
    session_timer = iif(NEW.session_timer IS was.session_timer, now.session_timer, NEW.session_timer),
    number_format = iif(NEW.number_format IS was.number_format, now.number_format, NEW.number_format),
    codecs = iif(NEW.codecs IS was.codecs, now.codecs, NEW.codecs),
    srtp_suites = iif(NEW.srtp_suites IS was.srtp_suites, now.srtp_suites, NEW.srtp_suites),
    srtp_lifetime = iif(NEW.srtp_lifetime IS was.srtp_lifetime, now.srtp_lifetime, NEW.srtp_lifetime),
    privacy = iif(NEW.privacy IS was.privacy, now.privacy, NEW.privacy),
    mediasec = iif(NEW.mediasec IS was.mediasec, now.mediasec, NEW.mediasec)
  FROM trunk_profiles AS was, trunk_profiles AS now
  WHERE trunks.id = NEW.id AND was.name = OLD.profile AND now.name = NEW.profile;
END;

PRAGMA user_version = 7;
