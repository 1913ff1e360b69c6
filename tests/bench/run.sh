#!/usr/bin/env bash
# Measures the service against pgbench running the same statements, its memory and its start.
# Needs PostgreSQL (a role that may create databases and set session_replication_role), Redis,
# wrk, pgbench and python3. `run.sh --help` lists what can be chosen.
#
# Nothing else heavy should run meanwhile: load generator, service and databases share the cores.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --locked --quiet --profile bench-ci --package api --bin points-bank
cargo build --locked --quiet --package harness --example bench-prepare

exec python3 -B tests/bench/measure.py --target "${CARGO_TARGET_DIR:-target}" "$@"
