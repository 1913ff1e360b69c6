#!/usr/bin/env bash
# Sends what nobody would: schemathesis makes requests from the document, against a seeded service
# of its own, signed in as three roles. Fixed seed, bounded time; fails on any server error and on
# any answer whose status, type or form the document does not list.
# Needs Python 3 and fetches schemathesis into target/. FUZZ_SECONDS: for each role (45).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
venv=$target/fuzz-venv
[ -x "$venv/bin/schemathesis" ] || {
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'schemathesis==4.32.5'
}
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" --workspace --bin points-bank

data=$(mktemp -d)
cd "$data"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
base=http://127.0.0.1:$port
env -u REDIS_URL DATABASE_URL="sqlite://$data/points-bank.sqlite" PB_SERVER__LISTEN="127.0.0.1:$port" \
  PB_LIMITS__ENABLED=false "$target/debug/points-bank" serve >"$data/log" 2>&1 &
service=$!
end() {
  result=$?
  kill -9 "$service" 2>/dev/null && wait "$service" 2>/dev/null || true
  [ "$result" -eq 0 ] || grep -E 'ERROR|panicked' "$data/log" | tail -n 20 >&2 || true
  cd "$root"
  rm -rf "$data"
}
trap end EXIT
for _ in $(seq 150); do
  curl --silent --fail --output /dev/null "$base/readyz" && break
  kill -0 "$service"
  sleep 0.2
done

for who in v01 clerk town; do
  token=$(curl --silent --show-error --fail "$base/v1/auth/wechat-login" \
    -H 'content-type: application/json' -d "{\"code\":\"demo:$who\"}" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
  echo "-- as $who"
  # Logging out, and closing the account, would end the run's own session: after that it only
  # sees 401.
  if ! timeout 300 "$venv/bin/schemathesis" --no-color run "$base/openapi.json" \
    --url "$base" --header "Authorization: Bearer $token" \
    --exclude-path-regex '/auth/(logout|refresh)|/me/(sessions|closure)' \
    --checks "${FUZZ_CHECKS:-not_a_server_error,content_type_conformance,response_schema_conformance,status_code_conformance}" \
    --phases fuzzing --seed 20261125 --max-time "${FUZZ_SECONDS:-45}" --max-failures ${FUZZ_FAILURES:-10} --workers 2 \
    --generation-database none --suppress-health-check all \
    >"$data/report" 2>&1; then
    tail -n "${FUZZ_LINES:-60}" "$data/report"
    exit 1
  fi
  tail -n 12 "$data/report"
  kill -0 "$service"
done
test "$(curl --silent --output /dev/null --write-out '%{http_code}' "$base/readyz")" = 200
