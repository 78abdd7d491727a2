#!/usr/bin/env bash
# Installs the servers that integration tests run on loopback: RabbitMQ, PostgreSQL and an S3 server. Where that is not
# allowed it says what is missing, and those tests are skipped with the same reason. Nothing is started at boot.
set -uo pipefail
cd "$(dirname "$0")/.."

s3rver=3.7.1
tools=.platform/tools

packages=()
[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || packages+=(rabbitmq-server)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || packages+=(postgresql)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)

install_packages() {
  command -v apt-get >/dev/null || return 1
  [ ${#as_root[@]} -eq 0 ] || sudo -n true 2>/dev/null || return 1
  # Debian starts a server when it is installed unless this file says no; the tests start their own.
  local policy=/usr/sbin/policy-rc.d made=""
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null && "${as_root[@]}" chmod +x $policy && made=1
  fi
  "${as_root[@]}" apt-get update -qq >/dev/null 2>&1
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
  local code=$?
  local unit
  for unit in rabbitmq-server postgresql; do
    case " $* " in *" $unit "*) "${as_root[@]}" systemctl disable "$unit" >/dev/null 2>&1 ;; esac
  done
  [ -z "$made" ] || "${as_root[@]}" rm -f $policy
  return $code
}

for package in "${packages[@]}"; do
  echo "Installing $package ..."
  install_packages "$package" || echo "Could not install $package; install it to run the tests that need it."
done

if [ ! -e $tools/node_modules/s3rver/bin/s3rver.js ]; then
  echo "Installing s3rver ..."
  npm install --prefix $tools --no-audit --no-fund --loglevel=error s3rver@$s3rver >/dev/null 2>&1 ||
    echo "Could not install s3rver with npm; the tests against an S3 server will be skipped."
fi
exit 0
