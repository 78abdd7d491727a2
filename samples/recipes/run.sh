#!/usr/bin/env bash
# Runs every recipe, or those named, on one platform. Prints a line for each: name, gate metric before -> after, seconds.
# LOCAL is the command of the local platform; a recipe whose gate does not hold makes the exit code 1.
set -uo pipefail
cd "$(dirname "$0")/../.."
local_platform=${LOCAL:-dotnet services/local/Platform.Local/bin/Release/net10.0/Platform.Local.dll}
log=$(mktemp)
trap '$local_platform down > /dev/null; rm -f "$log"' EXIT

$local_platform up --background > "$log" 2>&1 || { cat "$log"; exit 1; }
failed=0
for job in samples/recipes/*/job.yaml; do
  name=$(basename "$(dirname "$job")")
  if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
  start=$SECONDS
  $local_platform run "$job" --fresh > "$log" 2>&1
  code=$?
  gate=$(sed -n 's/.*gate: {metric: [a-z]*\.\([a-z_0-9]*\),.*/\1/p' "$job")
  scores=$(awk -F '│' -v metric="$gate" '{gsub(/ /, "", $3)} $3 == metric {gsub(/^ +| +$/, "", $4); gsub(/^ +| +$/, "", $5); print $4 " -> " $5; exit}' "$log")
  printf '%-22s %-12s %-20s %4d s%s\n' "$name" "$gate" "${scores:-no scores}" $((SECONDS - start)) "$([ $code -eq 0 ] || echo "  FAILED")"
  if [ $code -ne 0 ]; then failed=1; tail -n 25 "$log"; fi
done
exit $failed
