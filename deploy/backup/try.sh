#!/usr/bin/env bash
# Proves backup.sh and restore.sh: seeds a database, backs it up, restores it into a fresh one,
# compares every table row by row and runs the audit on the copy.
#   DATABASE_URL=postgres://user@host:port/any-database deploy/backup/try.sh [points-bank]
# Makes two databases of its own on that server and drops them; touches no other.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=${1:-points-bank}
# A trial: the keys everybody knows will do.
export PB_ALLOW='["default_keys"]'
: "${DATABASE_URL:?}"
server=$DATABASE_URL
name=pb_restore_trial_$$
folder=$(mktemp -d)
service=
end() {
  result=$?
  if [ -n "$service" ]; then kill -9 "$service" 2>/dev/null && wait "$service" 2>/dev/null || true; fi
  for database in "$name" "${name}_copy"; do
    psql "$server" -qc "DROP DATABASE IF EXISTS $database WITH (FORCE)" 2>/dev/null || true
  done
  [ "$result" -eq 0 ] || tail -n 20 "$folder/log" >&2 || true
  rm -rf "$folder"
}
trap end EXIT

at() { # the same server, another database
  local without=${server%%\?*} query=
  [ "$without" = "$server" ] || query="?${server#*\?}"
  echo "${without%/*}/$1$query"
}
# Every table with its rows: how many, and a digest of their contents.
tables() {
  psql "$1" -qAtc "SELECT format('SELECT %L, count(*), md5(string_agg(t::text, E''\n'' ORDER BY t::text)) FROM %I t;', tablename, tablename)
    FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename" | psql "$1" -qAt
}

psql "$server" -qc "CREATE DATABASE $name" -c "CREATE DATABASE ${name}_copy"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
env -u REDIS_URL DATABASE_URL="$(at "$name")" PB_SERVER__LISTEN="127.0.0.1:$port" \
  "$binary" serve >"$folder/log" 2>&1 &
service=$!
for _ in $(seq 150); do
  curl --silent --fail --output /dev/null "http://127.0.0.1:$port/readyz" && break
  kill -0 "$service"
  sleep 0.2
done
curl --silent --show-error --fail --output /dev/null "http://127.0.0.1:$port/readyz"
# Nothing may write between the dump and the comparison.
kill -TERM "$service"
wait "$service"
service=

file=$(DATABASE_URL=$(at "$name") "$here/backup.sh" "$folder")
# Kept elsewhere, as backups should be; and one that was changed there is found.
mkdir "$folder/elsewhere"
mv "$file" "$file.sha256" "$folder/elsewhere/"
file=$folder/elsewhere/$(basename "$file")
(cd "$folder/elsewhere" && sha256sum --check --quiet ./*.sha256)
cp "$file" "$folder/elsewhere/changed.dump"
cp "$file.sha256" "$folder/elsewhere/changed.dump.sha256"
echo >>"$folder/elsewhere/changed.dump"
if DATABASE_URL=$(at "${name}_copy") "$here/restore.sh" "$folder/elsewhere/changed.dump" "$binary" 2>/dev/null; then
  echo "a changed backup was restored" >&2
  exit 1
fi
DATABASE_URL=$(at "${name}_copy") "$here/restore.sh" "$file" "$binary"
tables "$(at "$name")" >"$folder/before"
tables "$(at "${name}_copy")" >"$folder/after"
grep -q '^volunteer|60|' "$folder/before" # the seed is there, so the comparison means something
diff "$folder/before" "$folder/after"
echo "restored: $(wc -l <"$folder/after") tables, $(cut -d'|' -f2 "$folder/after" | awk "{n += \$1} END {print n}") rows, all alike"
