#!/usr/bin/env bash
# Restores a backup into an EMPTY database and proves it with the audit.
#   DATABASE_URL=postgres://..new database.. deploy/backup/restore.sh FILE [points-bank]
# The service must not run on that database meanwhile.
set -euo pipefail
file=${1:?backup file}
binary=${2:-points-bank}
: "${DATABASE_URL:?}"
if [ -e "$file.sha256" ]; then
  # Only the digest counts: where the backup lay when it was taken says nothing.
  read -r digest _ <"$file.sha256"
  if [ "$(sha256sum <"$file" | cut -d' ' -f1)" != "${digest#\\}" ]; then
    echo "$file is not what was backed up: its SHA-256 is another" >&2
    exit 1
  fi
fi
tables=$(psql "$DATABASE_URL" -Atc "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
if [ "$tables" != 0 ]; then
  echo "the database is not empty: restore into a new one" >&2
  exit 1
fi
pg_restore --exit-on-error --single-transaction --no-owner --no-privileges \
  --dbname="$DATABASE_URL" "$file"
psql "$DATABASE_URL" -qAtc "ANALYZE"
# Every invariant of the ledger, or the restore has failed.
"$binary" audit
