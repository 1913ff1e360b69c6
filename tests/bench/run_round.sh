#!/usr/bin/env bash
# Measures what closing a notice round of a hundred thousand entries costs everybody else.
# Needs what run.sh needs. `run_round.sh --help` lists the choices.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --locked --quiet --profile bench-ci --package api --bin points-bank
cargo build --locked --quiet --package harness --example bench-prepare

exec python3 -B tests/bench/measure_round.py --target "${CARGO_TARGET_DIR:-target}" "$@"
