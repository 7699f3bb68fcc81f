-- Version 2: what real carriers want of a trunk, and profiles that fill it in.
--
-- A profile is one row of trunk_profiles. Naming one in trunks.profile writes its values into those
-- columns that still hold what the profile before it says (at first `generic`, whose values are the
-- columns' own defaults); what was set by hand stays. So every trunk shows what is in force, and a
-- row that you add to trunk_profiles is a profile of your own.

ALTER TABLE trunks ADD COLUMN profile TEXT NOT NULL DEFAULT 'generic';
ALTER TABLE trunks ADD COLUMN tls_host TEXT  -- the host while tls is 1; NULL: host
  CONSTRAINT "trunks.tls_host must not be empty" CHECK (trim(tls_host) <> '');
ALTER TABLE trunks ADD COLUMN contact_host TEXT  -- our name in Via and Contact; NULL: the listener's
  CONSTRAINT "trunks.contact_host must not be empty" CHECK (trim(contact_host) <> '');
ALTER TABLE trunks ADD COLUMN outbound_proxy TEXT  -- host or host:port that requests go through
  CONSTRAINT "trunks.outbound_proxy must not be empty" CHECK (trim(outbound_proxy) <> '');
ALTER TABLE trunks ADD COLUMN options_interval_s INTEGER NOT NULL DEFAULT 0  -- 0: no OPTIONS are sent
  CONSTRAINT "trunks.options_interval_s must be 0 or between 5 and 3600"
  CHECK (options_interval_s = 0 OR options_interval_s BETWEEN 5 AND 3600);
ALTER TABLE trunks ADD COLUMN session_timer TEXT NOT NULL DEFAULT 'offer'
  CONSTRAINT "trunks.session_timer must be offer, accept or off"
  CHECK (session_timer IN ('offer', 'accept', 'off'));
ALTER TABLE trunks ADD COLUMN number_format TEXT NOT NULL DEFAULT 'as-is'
  CONSTRAINT "trunks.number_format must be as-is, e164 or national"
  CHECK (number_format IN ('as-is', 'e164', 'national'));
ALTER TABLE trunks ADD COLUMN country_code TEXT  -- of numbers without one, for number_format: 49
  CONSTRAINT "trunks.country_code must be one to three digits, such as 49"
  CHECK (country_code GLOB '[1-9]*' AND country_code NOT GLOB '*[^0-9]*' AND length(country_code) <= 3);
ALTER TABLE trunks ADD COLUMN caller_id TEXT  -- the number that every call shows; NULL: the caller's
  CONSTRAINT "trunks.caller_id must not be empty" CHECK (trim(caller_id) <> '');
ALTER TABLE trunks ADD COLUMN codecs TEXT  -- best first, by commas or spaces; NULL: whatever is offered
  CONSTRAINT "trunks.codecs must not be empty" CHECK (trim(codecs) <> '');
ALTER TABLE trunks ADD COLUMN srtp_suites TEXT  -- best first; NULL: AES_CM_128_HMAC_SHA1_80
  CONSTRAINT "trunks.srtp_suites must not be empty" CHECK (trim(srtp_suites) <> '');
ALTER TABLE trunks ADD COLUMN srtp_lifetime TEXT  -- written into the keys that we offer; NULL: none
  CONSTRAINT "trunks.srtp_lifetime must be 2^ and a number from 31 to 48, such as 2^31"
  CHECK (srtp_lifetime GLOB '2^[34][0-9]' AND CAST(substr(srtp_lifetime, 3) AS INTEGER) BETWEEN 31 AND 48);
ALTER TABLE trunks ADD COLUMN privacy TEXT NOT NULL DEFAULT 'as-asked'
  CONSTRAINT "trunks.privacy must be as-asked, always or ignore"
  CHECK (privacy IN ('as-asked', 'always', 'ignore'));

CREATE TABLE trunk_profiles (
  name TEXT PRIMARY KEY NOT NULL
    CONSTRAINT "trunk_profiles.name must not be empty" CHECK (trim(name) <> ''),
  description TEXT NOT NULL DEFAULT '',
  -- 1: calls were made with the carrier itself, not only with our imitation of it.
  verified INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "trunk_profiles.verified must be 0 or 1" CHECK (verified IN (0, 1)),
  -- As the columns of trunks, which say what they take.
  transport TEXT NOT NULL DEFAULT 'udp',
  register INTEGER NOT NULL DEFAULT 0,
  tls INTEGER NOT NULL DEFAULT 0,
  tls_verify TEXT NOT NULL DEFAULT 'full',
  uri_style TEXT NOT NULL DEFAULT 'sips-transport-tls',
  srtp INTEGER NOT NULL DEFAULT 0,
  srtp_inbound TEXT NOT NULL DEFAULT 'required',
  identity_trust INTEGER NOT NULL DEFAULT 0,
  identity_send TEXT NOT NULL DEFAULT 'pai',
  diversion TEXT NOT NULL DEFAULT 'pass',
  options_interval_s INTEGER NOT NULL DEFAULT 0,
  session_timer TEXT NOT NULL DEFAULT 'offer',
  number_format TEXT NOT NULL DEFAULT 'as-is',
  codecs TEXT,
  srtp_suites TEXT,
  srtp_lifetime TEXT,
  privacy TEXT NOT NULL DEFAULT 'as-asked'
) STRICT;

INSERT INTO trunk_profiles (name, description) VALUES
  ('generic', 'no carrier in particular: the defaults of every column');
INSERT INTO trunk_profiles (name, description, tls, tls_verify, uri_style, srtp, srtp_suites,
    srtp_lifetime, options_interval_s, number_format) VALUES
  ('teams', 'Microsoft Teams Direct Routing: set contact_host to the name in your certificate, and client_certificate',
   1, 'wildcard', 'sip-transport-tls', 1, 'AES_CM_128_HMAC_SHA1_80', '2^31', 60, 'e164'),
  ('twilio', 'Twilio Elastic SIP Trunking with secure trunking on',
   1, 'wildcard', 'sip-transport-tls', 1, 'AES_CM_128_HMAC_SHA1_80', NULL, 60, 'e164');
INSERT INTO trunk_profiles (name, description, register, tls, uri_style, srtp, options_interval_s,
    number_format) VALUES
  ('telnyx', 'Telnyx with a credential connection', 1, 1, 'sip-transport-tls', 1, 60, 'e164');
INSERT INTO trunk_profiles (name, description, register, tls, uri_style, srtp, identity_trust,
    identity_send, number_format) VALUES
  ('telekom-companyflex', 'Deutsche Telekom CompanyFlex: set outbound_proxy to NUMBER.primary.companyflex.de',
   1, 1, 'sip-transport-tls', 1, 1, 'ppi', 'e164');
INSERT INTO trunk_profiles (name, description, register, identity_send, session_timer) VALUES
  ('fritzbox', 'an AVM FRITZ!Box in the local network, with an account of ours on it', 1, 'from', 'accept');

CREATE TRIGGER trunks_profile_insert AFTER INSERT ON trunks WHEN NEW.profile <> 'generic'
BEGIN
  UPDATE trunks SET profile = 'generic' WHERE id = NEW.id;
  UPDATE trunks SET profile = NEW.profile WHERE id = NEW.id;
END;

-- `was` is the profile whose values the columns may still hold, `now` the one that was picked.
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
    privacy = iif(NEW.privacy IS was.privacy, now.privacy, NEW.privacy)
  FROM trunk_profiles AS was, trunk_profiles AS now
  WHERE trunks.id = NEW.id AND was.name = OLD.profile AND now.name = NEW.profile;
END;

CREATE TRIGGER trunk_profiles_used BEFORE DELETE ON trunk_profiles
WHEN OLD.name = 'generic' OR EXISTS (SELECT 1 FROM trunks WHERE profile = OLD.name)
BEGIN SELECT RAISE(ABORT, 'a trunk has this profile, or it is generic, which stays'); END;

CREATE TRIGGER trunk_profiles_name_stays BEFORE UPDATE OF name ON trunk_profiles WHEN NEW.name <> OLD.name
BEGIN SELECT RAISE(ABORT, 'a profile cannot be renamed: add one and delete this one'); END;

CREATE TRIGGER trunk_profiles_generic_stays BEFORE UPDATE ON trunk_profiles WHEN OLD.name = 'generic'
BEGIN SELECT RAISE(ABORT, 'the profile generic is the columns'' own defaults: add a profile of yours instead'); END;

PRAGMA user_version = 2;
