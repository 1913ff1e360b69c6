#!/usr/bin/env bash
# Takes one consistent backup of the PostgreSQL database and checks that it can be read.
#   DATABASE_URL=postgres://.. deploy/backup/backup.sh /backups
# Prints the file's name. Keep a copy off the machine; the master key is NOT in it.
set -euo pipefail
folder=${1:?folder for the backups}
: "${DATABASE_URL:?}"
mkdir -p "$folder"
file="$folder/points-bank-$(date -u +%Y%m%dT%H%M%SZ).dump"
umask 077
pg_dump --format=custom --no-owner --no-privileges --file="$file.part" "$DATABASE_URL"
# A dump that cannot be listed is not a backup.
pg_restore --list "$file.part" >/dev/null
mv "$file.part" "$file"
# The bare name: the two files are checked wherever they are kept.
name=$(basename "$file")
(cd "$folder" && sha256sum "$name" >"$name.sha256")
echo "$file"
