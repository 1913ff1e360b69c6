#!/usr/bin/env bash
# How long `cargo check` takes after a one-line change in a slice: median of three.
# Fails above ten seconds.
set -euo pipefail
cd "$(dirname "$0")/../.."

file=api/src/ledger/service.rs
kept=$(mktemp)
cp -p "$file" "$kept"
trap 'cp -p "$kept" "$file"; rm -f "$kept"' EXIT

cargo check --locked --quiet --package api
times=()
for turn in 1 2 3; do
  printf '\nconst _: u8 = %s;\n' "$turn" >>"$file"
  begin=$(date +%s%N)
  cargo check --locked --quiet --package api
  times+=($((($(date +%s%N) - begin) / 1000000)))
done
median=$(printf '%s\n' "${times[@]}" | sort -n | sed -n 2p)
echo "cargo check after a change in $file: ${times[*]} ms, median $median ms (wanted: 10000), load $(cut -d' ' -f1 /proc/loadavg)"
test "$median" -le 10000
