#!/usr/bin/env bash
# Lints the document and checks the client against it: types, and behaviour on a bad line.
set -euo pipefail
cd "$(dirname "$0")"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

npm ci --ignore-scripts --no-audit --no-fund
npm test
