#!/usr/bin/env bash
# Writes current.sql anew: what all migrations make, in order, on an empty database.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for migration in [0-9][0-9][0-9][0-9]_*.sql; do
  sqlite3 -bail "$folder/config.db" <"$migration"
done
query() { sqlite3 -bail "$folder/config.db" "$@"; }
{
  echo '-- The whole schema as it is now: what the files NNNN_*.sql make, in order. Written by'
  echo '-- write_current.sh and never by hand; a test compares the two.'
  echo 'BEGIN;'
  query "SELECT sql || ';' FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
  for table in setting_info settings trunk_profiles; do
    query ".mode insert $table" "SELECT * FROM $table ORDER BY rowid"
  done
  query "SELECT sql || ';' FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid"
  query "SELECT 'PRAGMA user_version = ' || user_version || ';' FROM pragma_user_version"
  echo 'COMMIT;'
} >"$folder/current.sql"
mv "$folder/current.sql" current.sql
