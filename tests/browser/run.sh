#!/usr/bin/env bash
# Starts the service on a free port with a database of its own, opens its pages in Chromium and
# talks to it with the mini-programs' client.
# Needs Node.js and Chromium (CHROMIUM names another path).
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
export CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
[ -x "$CHROMIUM" ] || { echo "no browser at $CHROMIUM: install chromium or set CHROMIUM" >&2; exit 1; }

npm ci --ignore-scripts --no-audit --no-fund
(cd "$root/openapi" && npm ci --ignore-scripts --no-audit --no-fund && npm run generate && npm run build)
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" --workspace \
  --bin points-bank --example stage
built=${CARGO_TARGET_DIR:-$root/target}/debug

data=$(mktemp -d)
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
export BASE_URL=http://127.0.0.1:$port
env -u REDIS_URL DATABASE_URL="sqlite://$data/points-bank.sqlite" PB_SERVER__LISTEN="127.0.0.1:$port" \
  "$built/points-bank" serve >"$data/log" 2>&1 &
service=$!
stop() {
  result=$?
  kill -9 "$service" 2>/dev/null && wait "$service" 2>/dev/null || true
  [ "$result" -eq 0 ] || tail -n 50 "$data/log" >&2
  rm -rf "$data"
}
trap stop EXIT

for _ in $(seq 100); do
  curl --silent --fail --output /dev/null "$BASE_URL/readyz" && break
  kill -0 "$service" || { echo "the service ended" >&2; exit 1; }
  sleep 0.2
done
curl --silent --show-error --fail --output /dev/null "$BASE_URL/readyz"

STAGE=$built/examples/stage node --test --test-reporter=spec docs.mjs client.mjs screen.mjs notices.mjs bulletins.mjs verify.mjs
