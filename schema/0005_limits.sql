-- Version 5: calls at once of a tenant and of an extension.

ALTER TABLE tenants ADD COLUMN max_calls INTEGER
  CONSTRAINT "tenants.max_calls must not be negative" CHECK (max_calls BETWEEN 0 AND 1000000);
ALTER TABLE extensions ADD COLUMN max_calls INTEGER
  CONSTRAINT "extensions.max_calls must not be negative" CHECK (max_calls BETWEEN 0 AND 1000000);

PRAGMA user_version = 5;
