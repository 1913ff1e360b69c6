#!/usr/bin/env bash
# Measures what ten million ledger entries cost a redemption, and how fast the audit reads.
# Needs what run.sh needs, and 20 GB for three databases. `run_years.sh --help` lists the choices.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --locked --quiet --profile bench-ci --package api --bin points-bank
cargo build --locked --quiet --package harness --example bench-prepare

exec python3 -B tests/bench/measure_years.py --target "${CARGO_TARGET_DIR:-target}" "$@"
