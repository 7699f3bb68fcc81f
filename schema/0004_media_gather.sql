-- Version 4: media workers may gather packets.

INSERT INTO setting_info (key, default_value, minimum, maximum, description) VALUES
  ('media_gather_us', '0', 0, 5000, 'microseconds for which a media worker under load lets packets gather, to handle them in one go: 500 saves some of its processor time and delays audio by about as much; 0: each packet at once');
INSERT INTO settings (key, value) SELECT key, default_value FROM setting_info WHERE key = 'media_gather_us';

PRAGMA user_version = 4;
