#!/usr/bin/env bash
# Builds, then runs every test project. The last line is `N passed, N failed, N skipped`.
set -uo pipefail
cd "$(dirname "$0")/.."
config=${CONFIG:-Release}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if ! dotnet build Platform.sln -c "$config" -v quiet --nologo; then
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi

# Exit code 8 means that a project has no test for this platform; it is not a failure.
dotnet test --solution Platform.sln -c "$config" --no-build --max-parallel-test-modules 2 --ignore-exit-code 8 --no-progress 2>&1 | tee "$log"
code=${PIPESTATUS[0]}

count() { sed -n "s/^ *$1: *\([0-9][0-9]*\) *$/\1/p" "$log" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
if [ -z "$passed" ]; then
  echo "The test run ended without a summary (exit code $code)."
  passed=0 failed=1
elif [ "$code" -ne 0 ] && [ "${failed:-0}" -eq 0 ]; then
  echo "The test run failed with exit code $code although no test did."
  failed=1
fi
echo "${passed:-0} passed, ${failed:-0} failed, ${skipped:-0} skipped"
[ "${failed:-0}" -eq 0 ]
