-- The whole schema as it is now: what the files NNNN_*.sql make, in order. Written by
-- write_current.sh and never by hand; a test compares the two.
BEGIN;
CREATE TABLE tenants (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE
    CONSTRAINT "tenants.name must not be empty" CHECK (trim(name) <> ''),
  domain TEXT NOT NULL UNIQUE
    CONSTRAINT "tenants.domain must not be empty" CHECK (trim(domain) <> '')
    CONSTRAINT "tenants.domain must be written in lower case" CHECK (domain = lower(domain)),
  sips_policy TEXT NOT NULL DEFAULT 'bridge'
    CONSTRAINT "tenants.sips_policy must be bridge or strict" CHECK (sips_policy IN ('bridge', 'strict')),
  refer_policy TEXT NOT NULL DEFAULT 'handle'
    CONSTRAINT "tenants.refer_policy must be handle, pass or refuse" CHECK (refer_policy IN ('handle', 'pass', 'refuse')),
  enabled INTEGER NOT NULL DEFAULT 1
    CONSTRAINT "tenants.enabled must be 0 or 1" CHECK (enabled IN (0, 1))
, max_calls INTEGER
  CONSTRAINT "tenants.max_calls must not be negative" CHECK (max_calls BETWEEN 0 AND 1000000)) STRICT;
CREATE TABLE listeners (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE
    CONSTRAINT "listeners.name must not be empty" CHECK (trim(name) <> ''),
  side TEXT NOT NULL
    CONSTRAINT "listeners.side must be trunk or public" CHECK (side IN ('trunk', 'public')),
  transport TEXT NOT NULL
    CONSTRAINT "listeners.transport must be udp, tcp or tls" CHECK (transport IN ('udp', 'tcp', 'tls')),
  address TEXT NOT NULL DEFAULT '0.0.0.0'
    CONSTRAINT "listeners.address must not be empty" CHECK (trim(address) <> ''),
  port INTEGER NOT NULL
    CONSTRAINT "listeners.port must be between 1 and 65535" CHECK (port BETWEEN 1 AND 65535),
  advertised_address TEXT,        -- what peers are told; NULL: address, or the host's own for 0.0.0.0
  media_address TEXT,             -- NULL: address
  media_advertised_address TEXT,  -- NULL: media_address where given, else advertised_address
  enabled INTEGER NOT NULL DEFAULT 1
    CONSTRAINT "listeners.enabled must be 0 or 1" CHECK (enabled IN (0, 1))
) STRICT;
CREATE TABLE trunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id INTEGER NOT NULL,
  label TEXT NOT NULL
    CONSTRAINT "trunks.label must not be empty" CHECK (trim(label) <> ''),
  host TEXT NOT NULL
    CONSTRAINT "trunks.host must not be empty" CHECK (trim(host) <> ''),
  port INTEGER NOT NULL DEFAULT 5060
    CONSTRAINT "trunks.port must be between 1 and 65535" CHECK (port BETWEEN 1 AND 65535),
  transport TEXT NOT NULL DEFAULT 'udp'
    CONSTRAINT "trunks.transport must be udp or tcp (TLS is the column tls)" CHECK (transport IN ('udp', 'tcp')),
  username TEXT,
  auth_username TEXT,  -- NULL: username
  password TEXT,
  register INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "trunks.register must be 0 or 1" CHECK (register IN (0, 1)),
  tls INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "trunks.tls must be 0 or 1" CHECK (tls IN (0, 1)),
  tls_port INTEGER NOT NULL DEFAULT 5061
    CONSTRAINT "trunks.tls_port must be between 1 and 65535" CHECK (tls_port BETWEEN 1 AND 65535),
  tls_verify TEXT NOT NULL DEFAULT 'full'
    CONSTRAINT "trunks.tls_verify must be full, wildcard, ca or none" CHECK (tls_verify IN ('full', 'wildcard', 'ca', 'none')),
  uri_style TEXT NOT NULL DEFAULT 'sips-transport-tls'
    CONSTRAINT "trunks.uri_style must be sips-transport-tls, sips or sip-transport-tls"
    CHECK (uri_style IN ('sips-transport-tls', 'sips', 'sip-transport-tls')),
  srtp INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "trunks.srtp must be 0 or 1" CHECK (srtp IN (0, 1)),
  srtp_inbound TEXT NOT NULL DEFAULT 'required'
    CONSTRAINT "trunks.srtp_inbound must be required or offered" CHECK (srtp_inbound IN ('required', 'offered')),
  source_cidrs TEXT,  -- networks or addresses, separated by commas or spaces
  listener_id INTEGER,  -- NULL: the first trunk listener of the transport
  identity_trust INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "trunks.identity_trust must be 0 or 1" CHECK (identity_trust IN (0, 1)),
  identity_send TEXT NOT NULL DEFAULT 'pai'
    CONSTRAINT "trunks.identity_send must be pai, ppi or from" CHECK (identity_send IN ('pai', 'ppi', 'from')),
  client_certificate TEXT  -- the folder below --certs whose certificate is shown to the trunk; NULL: none
    CONSTRAINT "trunks.client_certificate must not be empty" CHECK (client_certificate <> ''),
  diversion TEXT NOT NULL DEFAULT 'pass'  -- Diversion and History-Info, to and from the trunk
    CONSTRAINT "trunks.diversion must be pass or strip" CHECK (diversion IN ('pass', 'strip')),
  max_calls INTEGER
    CONSTRAINT "trunks.max_calls must not be negative" CHECK (max_calls BETWEEN 0 AND 1000000),
  max_cps INTEGER
    CONSTRAINT "trunks.max_cps must not be negative" CHECK (max_cps BETWEEN 0 AND 1000000),
  enabled INTEGER NOT NULL DEFAULT 1
    CONSTRAINT "trunks.enabled must be 0 or 1" CHECK (enabled IN (0, 1)), profile TEXT NOT NULL DEFAULT 'generic', tls_host TEXT  -- the host while tls is 1; NULL: host
  CONSTRAINT "trunks.tls_host must not be empty" CHECK (trim(tls_host) <> ''), contact_host TEXT  -- our name in Via and Contact; NULL: the listener's
  CONSTRAINT "trunks.contact_host must not be empty" CHECK (trim(contact_host) <> ''), outbound_proxy TEXT  -- host or host:port that requests go through
  CONSTRAINT "trunks.outbound_proxy must not be empty" CHECK (trim(outbound_proxy) <> ''), options_interval_s INTEGER NOT NULL DEFAULT 0  -- 0: no OPTIONS are sent
  CONSTRAINT "trunks.options_interval_s must be 0 or between 5 and 3600"
  CHECK (options_interval_s = 0 OR options_interval_s BETWEEN 5 AND 3600), session_timer TEXT NOT NULL DEFAULT 'offer'
  CONSTRAINT "trunks.session_timer must be offer, accept or off"
  CHECK (session_timer IN ('offer', 'accept', 'off')), number_format TEXT NOT NULL DEFAULT 'as-is'
  CONSTRAINT "trunks.number_format must be as-is, e164 or national"
  CHECK (number_format IN ('as-is', 'e164', 'national')), country_code TEXT  -- of numbers without one, for number_format: 49
  CONSTRAINT "trunks.country_code must be one to three digits, such as 49"
  CHECK (country_code GLOB '[1-9]*' AND country_code NOT GLOB '*[^0-9]*' AND length(country_code) <= 3), caller_id TEXT  -- the number that every call shows; NULL: the caller's
  CONSTRAINT "trunks.caller_id must not be empty" CHECK (trim(caller_id) <> ''), codecs TEXT  -- best first, by commas or spaces; NULL: whatever is offered
  CONSTRAINT "trunks.codecs must not be empty" CHECK (trim(codecs) <> ''), srtp_suites TEXT  -- best first; NULL: AES_CM_128_HMAC_SHA1_80
  CONSTRAINT "trunks.srtp_suites must not be empty" CHECK (trim(srtp_suites) <> ''), srtp_lifetime TEXT  -- written into the keys that we offer; NULL: none
  CONSTRAINT "trunks.srtp_lifetime must be 2^ and a number from 31 to 48, such as 2^31"
  CHECK (srtp_lifetime GLOB '2^[34][0-9]' AND CAST(substr(srtp_lifetime, 3) AS INTEGER) BETWEEN 31 AND 48), privacy TEXT NOT NULL DEFAULT 'as-asked'
  CONSTRAINT "trunks.privacy must be as-asked, always or ignore"
  CHECK (privacy IN ('as-asked', 'always', 'ignore')), srtp_quirks TEXT  -- renumbered_tag, unpadded_keys; NULL: none
  CONSTRAINT "trunks.srtp_quirks must not be empty" CHECK (trim(srtp_quirks) <> ''), mediasec INTEGER NOT NULL DEFAULT 0  -- acts while tls and srtp are 1
  CONSTRAINT "trunks.mediasec must be 0 or 1" CHECK (mediasec IN (0, 1)),
  UNIQUE (tenant_id, label)
) STRICT;
CREATE TABLE extensions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id INTEGER NOT NULL,
  username TEXT NOT NULL
    CONSTRAINT "extensions.username must not be empty" CHECK (username <> '')
    CONSTRAINT "extensions.username must not contain spaces, quotes or any of @ : < >"
    CHECK (username NOT GLOB '*[ @:<>"]*'),
  password TEXT,    -- as typed by hand; ringfencectl writes the two hashes instead
  ha1_md5 TEXT      -- MD5 of username:domain:password, in hexadecimal
    CONSTRAINT "extensions.ha1_md5 must be 32 lower-case hexadecimal digits"
    CHECK (length(ha1_md5) = 32 AND ha1_md5 NOT GLOB '*[^0-9a-f]*'),
  ha1_sha256 TEXT   -- the same with SHA-256
    CONSTRAINT "extensions.ha1_sha256 must be 64 lower-case hexadecimal digits"
    CHECK (length(ha1_sha256) = 64 AND ha1_sha256 NOT GLOB '*[^0-9a-f]*'),
  srtp TEXT NOT NULL DEFAULT 'preferred'
    CONSTRAINT "extensions.srtp must be required, preferred or off" CHECK (srtp IN ('required', 'preferred', 'off')),
  max_contacts INTEGER
    CONSTRAINT "extensions.max_contacts must not be negative" CHECK (max_contacts BETWEEN 0 AND 1000000),
  enabled INTEGER NOT NULL DEFAULT 1
    CONSTRAINT "extensions.enabled must be 0 or 1" CHECK (enabled IN (0, 1)), max_calls INTEGER
  CONSTRAINT "extensions.max_calls must not be negative" CHECK (max_calls BETWEEN 0 AND 1000000), srtp_suites TEXT  -- best first; NULL: AES_CM_128_HMAC_SHA1_80
  CONSTRAINT "extensions.srtp_suites must not be empty" CHECK (trim(srtp_suites) <> ''),
  UNIQUE (tenant_id, username)
) STRICT;
CREATE TABLE dids (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id INTEGER NOT NULL,
  number TEXT NOT NULL
    CONSTRAINT "dids.number must not be empty" CHECK (trim(number) <> ''),
  target TEXT NOT NULL
    CONSTRAINT "dids.target must be ext:NAME, group:NAME or trunk:LABEL"
    CHECK (target GLOB 'ext:?*' OR target GLOB 'group:?*' OR target GLOB 'trunk:?*'),
  UNIQUE (tenant_id, number)
) STRICT;
CREATE TABLE groups (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id INTEGER NOT NULL,
  name TEXT NOT NULL
    CONSTRAINT "groups.name must not be empty" CHECK (trim(name) <> ''),
  mode TEXT NOT NULL DEFAULT 'all'
    CONSTRAINT "groups.mode must be all or order" CHECK (mode IN ('all', 'order')),
  timeout_s INTEGER NOT NULL DEFAULT 20  -- of one member in mode order, of all together in mode all
    CONSTRAINT "groups.timeout_s must be between 1 and 3600" CHECK (timeout_s BETWEEN 1 AND 3600),
  UNIQUE (tenant_id, name)
) STRICT;
CREATE TABLE group_members (
  group_id INTEGER NOT NULL,
  extension_id INTEGER NOT NULL,
  position INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "group_members.position must not be negative" CHECK (position BETWEEN 0 AND 1000000),
  PRIMARY KEY (group_id, extension_id)
) STRICT;
CREATE TABLE routes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id INTEGER NOT NULL,
  priority INTEGER NOT NULL DEFAULT 100,  -- the lowest number is tried first
  pattern TEXT NOT NULL
    CONSTRAINT "routes.pattern must not be empty (* is every number)" CHECK (pattern <> ''),
  trunk_id INTEGER NOT NULL,
  strip INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "routes.strip must be between 0 and 64" CHECK (strip BETWEEN 0 AND 64),
  prepend TEXT NOT NULL DEFAULT '',
  enabled INTEGER NOT NULL DEFAULT 1
    CONSTRAINT "routes.enabled must be 0 or 1" CHECK (enabled IN (0, 1))
) STRICT;
CREATE TABLE acl_rules (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id INTEGER,  -- NULL: every tenant
  priority INTEGER NOT NULL DEFAULT 100,
  action TEXT NOT NULL
    CONSTRAINT "acl_rules.action must be allow or deny" CHECK (action IN ('allow', 'deny')),
  kind TEXT NOT NULL
    CONSTRAINT "acl_rules.kind must be ip, cidr, glob, sip-user, sip-from, sip-did or tenant"
    CHECK (kind IN ('ip', 'cidr', 'glob', 'sip-user', 'sip-from', 'sip-did', 'tenant')),
  pattern TEXT NOT NULL
    CONSTRAINT "acl_rules.pattern must not be empty" CHECK (trim(pattern) <> ''),
  force INTEGER NOT NULL DEFAULT 0  -- 1: a deny by address applies to private sources too
    CONSTRAINT "acl_rules.force must be 0 or 1" CHECK (force IN (0, 1)),
  comment TEXT,
  enabled INTEGER NOT NULL DEFAULT 1
    CONSTRAINT "acl_rules.enabled must be 0 or 1" CHECK (enabled IN (0, 1))
) STRICT;
CREATE TABLE settings (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT;
CREATE TABLE setting_info (
  key TEXT PRIMARY KEY NOT NULL,
  default_value TEXT NOT NULL,
  minimum INTEGER,
  maximum INTEGER,
  description TEXT NOT NULL
) STRICT;
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
, mediasec INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO setting_info VALUES('handshake_cap','200',1,100000,'TLS handshakes in flight per port; what comes above it is reset');
INSERT INTO setting_info VALUES('handshake_timeout_s','15',1,300,'seconds that a TLS handshake may take');
INSERT INTO setting_info VALUES('handshakes_per_source','32',0,100000,'TLS handshakes in flight per source address; 0: no limit');
INSERT INTO setting_info VALUES('blocklist_failures','15',0,1000,'failed handshakes of one source that are still forgiven');
INSERT INTO setting_info VALUES('blocklist_window_s','300',1,604800,'seconds within which failed handshakes are counted');
INSERT INTO setting_info VALUES('blocklist_duration_s','3600',1,604800,'seconds that a source stays blocked');
INSERT INTO setting_info VALUES('tls_groups','X25519MLKEM768 X25519 P-256 P-384 P-521',NULL,NULL,'key agreement groups of TLS, best first, separated by spaces; those that OpenSSL does not know are left out');
INSERT INTO setting_info VALUES('first_message_timeout_s','30',1,3600,'seconds until the first message on a new connection');
INSERT INTO setting_info VALUES('message_timeout_s','10',1,3600,'seconds that one message may take to arrive');
INSERT INTO setting_info VALUES('idle_timeout_s','600',1,604800,'seconds after which a silent connection is closed');
INSERT INTO setting_info VALUES('ping_interval_s','120',0,3600,'longest time between two keep-alive pings on connections to trunks; 0: none');
INSERT INTO setting_info VALUES('connections_per_source','256',0,1000000,'connections per source address, private and trunk sources exempt; 0: no limit');
INSERT INTO setting_info VALUES('register_min_expires_s','60',1,86400,'shortest registration that a phone may ask for (423 below it)');
INSERT INTO setting_info VALUES('register_max_expires_s','3600',1,86400,'longest registration that a phone is given');
INSERT INTO setting_info VALUES('register_nat_expires_s','120',1,86400,'longest registration of a phone behind a NAT that speaks UDP');
INSERT INTO setting_info VALUES('register_default_expires_s','600',1,86400,'registration of a phone that asks for no duration');
INSERT INTO setting_info VALUES('session_expires_s','1800',90,86400,'seconds within which a call must be refreshed, as we ask for it');
INSERT INTO setting_info VALUES('min_se_s','90',90,86400,'shortest refresh interval that a peer may ask for (422 below it)');
INSERT INTO setting_info VALUES('follow_redirects','extensions',NULL,NULL,'whose 3xx answers are followed: extensions, all or none');
INSERT INTO setting_info VALUES('media_timeout_s','120',0,86400,'seconds without media or RTCP from either side after which a call that is not on hold is ended; 0: never');
INSERT INTO setting_info VALUES('stats_interval_s','30',1,86400,'seconds between two [SIPS-stats] lines');
INSERT INTO setting_info VALUES('trace_ring_kib','4096',0,1048576,'KiB of memory for the last SIP messages, secrets masked, for ringfencectl trace; 0: none are kept');
INSERT INTO setting_info VALUES('hep_server','',NULL,NULL,'address:port of a Homer collector that gets every SIP message (HEPv3 over UDP), secrets masked; empty: none');
INSERT INTO setting_info VALUES('hep_capture_id','2001',0,999999999,'number by which the collector knows this box');
INSERT INTO setting_info VALUES('hep_password','',NULL,NULL,'password that the collector asks for; empty: none');
INSERT INTO setting_info VALUES('cdr_keep_days','90',1,36500,'days that call records are kept');
INSERT INTO setting_info VALUES('emergency_numbers','110 112',NULL,NULL,'numbers that are always let through, separated by spaces');
INSERT INTO setting_info VALUES('acl_mode','enforce',NULL,NULL,'enforce: access rules refuse; shadow: they are only counted and told in the log');
INSERT INTO setting_info VALUES('media_gather_us','0',0,5000,'microseconds for which a media worker under load lets packets gather, to handle them in one go: 500 saves some of its processor time and delays audio by about as much; below 150: at once, or within 0.15 ms in a thick stream');
INSERT INTO settings VALUES('handshake_cap','200');
INSERT INTO settings VALUES('handshake_timeout_s','15');
INSERT INTO settings VALUES('handshakes_per_source','32');
INSERT INTO settings VALUES('blocklist_failures','15');
INSERT INTO settings VALUES('blocklist_window_s','300');
INSERT INTO settings VALUES('blocklist_duration_s','3600');
INSERT INTO settings VALUES('tls_groups','X25519MLKEM768 X25519 P-256 P-384 P-521');
INSERT INTO settings VALUES('first_message_timeout_s','30');
INSERT INTO settings VALUES('message_timeout_s','10');
INSERT INTO settings VALUES('idle_timeout_s','600');
INSERT INTO settings VALUES('ping_interval_s','120');
INSERT INTO settings VALUES('connections_per_source','256');
INSERT INTO settings VALUES('register_min_expires_s','60');
INSERT INTO settings VALUES('register_max_expires_s','3600');
INSERT INTO settings VALUES('register_nat_expires_s','120');
INSERT INTO settings VALUES('register_default_expires_s','600');
INSERT INTO settings VALUES('session_expires_s','1800');
INSERT INTO settings VALUES('min_se_s','90');
INSERT INTO settings VALUES('follow_redirects','extensions');
INSERT INTO settings VALUES('media_timeout_s','120');
INSERT INTO settings VALUES('stats_interval_s','30');
INSERT INTO settings VALUES('trace_ring_kib','4096');
INSERT INTO settings VALUES('hep_server','');
INSERT INTO settings VALUES('hep_capture_id','2001');
INSERT INTO settings VALUES('hep_password','');
INSERT INTO settings VALUES('cdr_keep_days','90');
INSERT INTO settings VALUES('emergency_numbers','110 112');
INSERT INTO settings VALUES('acl_mode','enforce');
INSERT INTO settings VALUES('media_gather_us','0');
INSERT INTO trunk_profiles VALUES('generic','no carrier in particular: the defaults of every column',0,'udp',0,0,'full','sips-transport-tls',0,'required',0,'pai','pass',0,'offer','as-is',NULL,NULL,NULL,'as-asked',0);
INSERT INTO trunk_profiles VALUES('teams','Microsoft Teams Direct Routing: set contact_host to the name in your certificate, and client_certificate',0,'udp',0,1,'wildcard','sip-transport-tls',1,'required',0,'pai','pass',60,'offer','e164',NULL,'AES_CM_128_HMAC_SHA1_80','2^31','as-asked',0);
INSERT INTO trunk_profiles VALUES('twilio','Twilio Elastic SIP Trunking with secure trunking on',0,'udp',0,1,'wildcard','sip-transport-tls',1,'required',0,'pai','pass',60,'offer','e164',NULL,'AES_CM_128_HMAC_SHA1_80',NULL,'as-asked',0);
INSERT INTO trunk_profiles VALUES('telnyx','Telnyx with a credential connection',0,'udp',1,1,'full','sip-transport-tls',1,'required',0,'pai','pass',60,'offer','e164',NULL,NULL,NULL,'as-asked',0);
INSERT INTO trunk_profiles VALUES('telekom-companyflex','Deutsche Telekom CompanyFlex: set outbound_proxy to NUMBER.primary.companyflex.de',0,'udp',1,1,'full','sip-transport-tls',1,'required',1,'ppi','pass',0,'offer','e164',NULL,NULL,NULL,'as-asked',1);
INSERT INTO trunk_profiles VALUES('fritzbox','an AVM FRITZ!Box in the local network, with an account of ours on it',0,'udp',1,0,'full','sips-transport-tls',0,'required',0,'from','pass',0,'accept','as-is',NULL,NULL,NULL,'as-asked',0);
CREATE INDEX dids_by_number ON dids (number);
CREATE INDEX routes_by_trunk ON routes (trunk_id);
CREATE INDEX group_members_by_extension ON group_members (extension_id);
CREATE INDEX trunks_by_listener ON trunks (listener_id);
CREATE TRIGGER settings_insert_known BEFORE INSERT ON settings
WHEN NOT EXISTS (SELECT 1 FROM setting_info WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'there is no setting of that name: SELECT key FROM settings shows them all'); END;
CREATE TRIGGER settings_key_stays BEFORE UPDATE OF key ON settings WHEN NEW.key <> OLD.key
BEGIN SELECT RAISE(ABORT, 'the name of a setting cannot be changed, only its value'); END;
CREATE TRIGGER settings_delete BEFORE DELETE ON settings
BEGIN SELECT RAISE(ABORT, 'a setting cannot be deleted: set it to the default_value of setting_info'); END;
CREATE TRIGGER settings_insert_range BEFORE INSERT ON settings
WHEN EXISTS (SELECT 1 FROM setting_info i WHERE i.key = NEW.key AND i.minimum IS NOT NULL
  AND (NEW.value = '' OR NEW.value GLOB '*[^0-9]*' OR length(NEW.value) > 9
    OR CAST(NEW.value AS INTEGER) NOT BETWEEN i.minimum AND i.maximum))
BEGIN SELECT RAISE(ABORT, 'the value must be a whole number within the minimum and maximum that setting_info gives'); END;
CREATE TRIGGER settings_update_range BEFORE UPDATE OF value ON settings
WHEN EXISTS (SELECT 1 FROM setting_info i WHERE i.key = NEW.key AND i.minimum IS NOT NULL
  AND (NEW.value = '' OR NEW.value GLOB '*[^0-9]*' OR length(NEW.value) > 9
    OR CAST(NEW.value AS INTEGER) NOT BETWEEN i.minimum AND i.maximum))
BEGIN SELECT RAISE(ABORT, 'the value must be a whole number within the minimum and maximum that setting_info gives'); END;
CREATE TRIGGER settings_follow_redirects BEFORE UPDATE OF value ON settings
WHEN NEW.key = 'follow_redirects' AND NEW.value NOT IN ('extensions', 'all', 'none')
BEGIN SELECT RAISE(ABORT, 'follow_redirects must be extensions, all or none'); END;
CREATE TRIGGER settings_emergency BEFORE UPDATE OF value ON settings
WHEN NEW.key = 'emergency_numbers' AND NEW.value GLOB '*[^0-9+*# ]*'
BEGIN SELECT RAISE(ABORT, 'emergency_numbers must be numbers separated by spaces'); END;
CREATE TRIGGER settings_tls_groups BEFORE UPDATE OF value ON settings
WHEN NEW.key = 'tls_groups' AND (trim(NEW.value) = '' OR NEW.value GLOB '*[^-0-9A-Za-z_ ]*')
BEGIN SELECT RAISE(ABORT, 'tls_groups must be names of groups separated by spaces, such as X25519 P-256'); END;
CREATE TRIGGER settings_hep_server BEFORE UPDATE OF value ON settings
WHEN NEW.key = 'hep_server' AND NEW.value <> ''
  AND (NEW.value NOT GLOB '?*:[0-9]*' OR NEW.value GLOB '*[^][0-9A-Fa-f.:]*')
BEGIN SELECT RAISE(ABORT, 'hep_server must be address:port, such as 192.0.2.1:9060 or [2001:db8::1]:9060, or empty'); END;
CREATE TRIGGER trunks_insert_tenant BEFORE INSERT ON trunks
WHEN NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id)
BEGIN SELECT RAISE(ABORT, 'trunks.tenant_id: there is no such tenant'); END;
CREATE TRIGGER extensions_insert_tenant BEFORE INSERT ON extensions
WHEN NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id)
BEGIN SELECT RAISE(ABORT, 'extensions.tenant_id: there is no such tenant'); END;
CREATE TRIGGER dids_insert_tenant BEFORE INSERT ON dids
WHEN NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id)
BEGIN SELECT RAISE(ABORT, 'dids.tenant_id: there is no such tenant'); END;
CREATE TRIGGER dids_update_tenant BEFORE UPDATE OF tenant_id ON dids
WHEN NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id)
BEGIN SELECT RAISE(ABORT, 'dids.tenant_id: there is no such tenant'); END;
CREATE TRIGGER groups_insert_tenant BEFORE INSERT ON groups
WHEN NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id)
BEGIN SELECT RAISE(ABORT, 'groups.tenant_id: there is no such tenant'); END;
CREATE TRIGGER acl_rules_insert_tenant BEFORE INSERT ON acl_rules
WHEN NEW.tenant_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id)
BEGIN SELECT RAISE(ABORT, 'acl_rules.tenant_id: there is no such tenant'); END;
CREATE TRIGGER acl_rules_update_tenant BEFORE UPDATE OF tenant_id ON acl_rules
WHEN NEW.tenant_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tenants WHERE id = NEW.tenant_id)
BEGIN SELECT RAISE(ABORT, 'acl_rules.tenant_id: there is no such tenant'); END;
CREATE TRIGGER routes_insert_trunk BEFORE INSERT ON routes
WHEN NOT EXISTS (SELECT 1 FROM trunks WHERE id = NEW.trunk_id AND tenant_id = NEW.tenant_id)
BEGIN SELECT RAISE(ABORT, 'routes.trunk_id: the tenant has no such trunk'); END;
CREATE TRIGGER routes_update_trunk BEFORE UPDATE OF trunk_id, tenant_id ON routes
WHEN NOT EXISTS (SELECT 1 FROM trunks WHERE id = NEW.trunk_id AND tenant_id = NEW.tenant_id)
BEGIN SELECT RAISE(ABORT, 'routes.trunk_id: the tenant has no such trunk'); END;
CREATE TRIGGER group_members_insert BEFORE INSERT ON group_members
WHEN NOT EXISTS (SELECT 1 FROM groups g JOIN extensions e ON e.tenant_id = g.tenant_id
  WHERE g.id = NEW.group_id AND e.id = NEW.extension_id)
BEGIN SELECT RAISE(ABORT, 'group_members: there is no such group, or its tenant has no such extension'); END;
CREATE TRIGGER group_members_update BEFORE UPDATE OF group_id, extension_id ON group_members
WHEN NOT EXISTS (SELECT 1 FROM groups g JOIN extensions e ON e.tenant_id = g.tenant_id
  WHERE g.id = NEW.group_id AND e.id = NEW.extension_id)
BEGIN SELECT RAISE(ABORT, 'group_members: there is no such group, or its tenant has no such extension'); END;
CREATE TRIGGER trunks_insert_listener BEFORE INSERT ON trunks
WHEN NEW.listener_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM listeners WHERE id = NEW.listener_id AND side = 'trunk')
BEGIN SELECT RAISE(ABORT, 'trunks.listener_id: there is no such listener on the trunk side'); END;
CREATE TRIGGER trunks_update_listener BEFORE UPDATE OF listener_id ON trunks
WHEN NEW.listener_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM listeners WHERE id = NEW.listener_id AND side = 'trunk')
BEGIN SELECT RAISE(ABORT, 'trunks.listener_id: there is no such listener on the trunk side'); END;
CREATE TRIGGER listeners_side_used BEFORE UPDATE OF side ON listeners
WHEN NEW.side <> 'trunk' AND EXISTS (SELECT 1 FROM trunks WHERE listener_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'a trunk names this listener: change trunks.listener_id first'); END;
CREATE TRIGGER tenants_id_stays BEFORE UPDATE OF id ON tenants WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'an id cannot be changed'); END;
CREATE TRIGGER listeners_id_stays BEFORE UPDATE OF id ON listeners WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'an id cannot be changed'); END;
CREATE TRIGGER trunks_id_stays BEFORE UPDATE OF id ON trunks WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'an id cannot be changed'); END;
CREATE TRIGGER extensions_id_stays BEFORE UPDATE OF id ON extensions WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'an id cannot be changed'); END;
CREATE TRIGGER groups_id_stays BEFORE UPDATE OF id ON groups WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'an id cannot be changed'); END;
CREATE TRIGGER trunks_tenant_stays BEFORE UPDATE OF tenant_id ON trunks WHEN NEW.tenant_id <> OLD.tenant_id
BEGIN SELECT RAISE(ABORT, 'a trunk cannot move to another tenant: add it there and delete it here'); END;
CREATE TRIGGER extensions_tenant_stays BEFORE UPDATE OF tenant_id ON extensions WHEN NEW.tenant_id <> OLD.tenant_id
BEGIN SELECT RAISE(ABORT, 'an extension cannot move to another tenant: add it there and delete it here'); END;
CREATE TRIGGER groups_tenant_stays BEFORE UPDATE OF tenant_id ON groups WHEN NEW.tenant_id <> OLD.tenant_id
BEGIN SELECT RAISE(ABORT, 'a group cannot move to another tenant: add it there and delete it here'); END;
CREATE TRIGGER tenants_delete AFTER DELETE ON tenants
BEGIN
  DELETE FROM dids WHERE tenant_id = OLD.id;
  DELETE FROM routes WHERE tenant_id = OLD.id;
  DELETE FROM acl_rules WHERE tenant_id = OLD.id;
  DELETE FROM group_members WHERE group_id IN (SELECT id FROM groups WHERE tenant_id = OLD.id);
  DELETE FROM groups WHERE tenant_id = OLD.id;
  DELETE FROM extensions WHERE tenant_id = OLD.id;
  DELETE FROM trunks WHERE tenant_id = OLD.id;
END;
CREATE TRIGGER trunks_delete AFTER DELETE ON trunks
BEGIN
  DELETE FROM routes WHERE trunk_id = OLD.id;
  DELETE FROM dids WHERE tenant_id = OLD.tenant_id AND target = 'trunk:' || OLD.label;
END;
CREATE TRIGGER extensions_delete AFTER DELETE ON extensions
BEGIN
  DELETE FROM group_members WHERE extension_id = OLD.id;
  DELETE FROM dids WHERE tenant_id = OLD.tenant_id AND target = 'ext:' || OLD.username;
END;
CREATE TRIGGER groups_delete AFTER DELETE ON groups
BEGIN
  DELETE FROM group_members WHERE group_id = OLD.id;
  DELETE FROM dids WHERE tenant_id = OLD.tenant_id AND target = 'group:' || OLD.name;
END;
CREATE TRIGGER listeners_delete BEFORE DELETE ON listeners
WHEN EXISTS (SELECT 1 FROM trunks WHERE listener_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'a trunk names this listener: change trunks.listener_id first'); END;
CREATE TRIGGER trunks_rename AFTER UPDATE OF label ON trunks WHEN NEW.label <> OLD.label
BEGIN
  UPDATE dids SET target = 'trunk:' || NEW.label
    WHERE tenant_id = OLD.tenant_id AND target = 'trunk:' || OLD.label;
END;
CREATE TRIGGER extensions_rename AFTER UPDATE OF username ON extensions WHEN NEW.username <> OLD.username
BEGIN
  UPDATE dids SET target = 'ext:' || NEW.username
    WHERE tenant_id = OLD.tenant_id AND target = 'ext:' || OLD.username;
END;
CREATE TRIGGER groups_rename AFTER UPDATE OF name ON groups WHEN NEW.name <> OLD.name
BEGIN
  UPDATE dids SET target = 'group:' || NEW.name
    WHERE tenant_id = OLD.tenant_id AND target = 'group:' || OLD.name;
END;
CREATE TRIGGER tenants_domain_in_hashes BEFORE UPDATE OF domain ON tenants
WHEN NEW.domain <> OLD.domain AND EXISTS (SELECT 1 FROM extensions
  WHERE tenant_id = OLD.id AND (ha1_md5 IS NOT NULL OR ha1_sha256 IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'tenants.domain is part of the password hashes (ha1_md5, ha1_sha256) of its extensions: remove those first and set the passwords anew afterwards'); END;
CREATE TRIGGER extensions_username_in_hashes BEFORE UPDATE OF username ON extensions
WHEN NEW.username <> OLD.username AND ((OLD.ha1_md5 IS NOT NULL AND NEW.ha1_md5 IS OLD.ha1_md5)
  OR (OLD.ha1_sha256 IS NOT NULL AND NEW.ha1_sha256 IS OLD.ha1_sha256))
BEGIN SELECT RAISE(ABORT, 'extensions.username is part of its password hashes (ha1_md5, ha1_sha256): set these to NULL and a password in the same statement'); END;
CREATE TRIGGER listeners_insert_port BEFORE INSERT ON listeners
WHEN NEW.enabled = 1 AND EXISTS (SELECT 1 FROM listeners o WHERE o.enabled = 1 AND o.port = NEW.port
  AND o.name <> NEW.name
  AND (o.transport = 'udp') = (NEW.transport = 'udp')
  AND (instr(o.address, ':') > 0) = (instr(NEW.address, ':') > 0)
  AND (o.address = NEW.address OR o.address IN ('0.0.0.0', '::') OR NEW.address IN ('0.0.0.0', '::')))
BEGIN SELECT RAISE(ABORT, 'another enabled listener already has this address and port'); END;
CREATE TRIGGER listeners_update_port BEFORE UPDATE OF address, port, transport, enabled ON listeners
WHEN NEW.enabled = 1 AND EXISTS (SELECT 1 FROM listeners o WHERE o.enabled = 1 AND o.port = NEW.port
  AND o.id <> OLD.id
  AND (o.transport = 'udp') = (NEW.transport = 'udp')
  AND (instr(o.address, ':') > 0) = (instr(NEW.address, ':') > 0)
  AND (o.address = NEW.address OR o.address IN ('0.0.0.0', '::') OR NEW.address IN ('0.0.0.0', '::')))
BEGIN SELECT RAISE(ABORT, 'another enabled listener already has this address and port'); END;
CREATE TRIGGER trunks_profile_insert AFTER INSERT ON trunks WHEN NEW.profile <> 'generic'
BEGIN
  UPDATE trunks SET profile = 'generic' WHERE id = NEW.id;
  UPDATE trunks SET profile = NEW.profile WHERE id = NEW.id;
END;
CREATE TRIGGER trunk_profiles_used BEFORE DELETE ON trunk_profiles
WHEN OLD.name = 'generic' OR EXISTS (SELECT 1 FROM trunks WHERE profile = OLD.name)
BEGIN SELECT RAISE(ABORT, 'a trunk has this profile, or it is generic, which stays'); END;
CREATE TRIGGER trunk_profiles_name_stays BEFORE UPDATE OF name ON trunk_profiles WHEN NEW.name <> OLD.name
BEGIN SELECT RAISE(ABORT, 'a profile cannot be renamed: add one and delete this one'); END;
CREATE TRIGGER trunk_profiles_generic_stays BEFORE UPDATE ON trunk_profiles WHEN OLD.name = 'generic'
BEGIN SELECT RAISE(ABORT, 'the profile generic is the columns'' own defaults: add a profile of yours instead'); END;
CREATE TRIGGER settings_acl_mode BEFORE UPDATE OF value ON settings
WHEN NEW.key = 'acl_mode' AND NEW.value NOT IN ('enforce', 'shadow')
BEGIN SELECT RAISE(ABORT, 'acl_mode must be enforce or shadow'); END;
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
COMMIT;
