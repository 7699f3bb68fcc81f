-- Version 3: access rules that are tried before they are in force.

INSERT INTO setting_info (key, default_value, minimum, maximum, description) VALUES
  ('acl_mode', 'enforce', NULL, NULL, 'enforce: access rules refuse; shadow: they are only counted and told in the log');
INSERT INTO settings (key, value) SELECT key, default_value FROM setting_info WHERE key = 'acl_mode';

CREATE TRIGGER settings_acl_mode BEFORE UPDATE OF value ON settings
WHEN NEW.key = 'acl_mode' AND NEW.value NOT IN ('enforce', 'shadow')
BEGIN SELECT RAISE(ABORT, 'acl_mode must be enforce or shadow'); END;

PRAGMA user_version = 3;
