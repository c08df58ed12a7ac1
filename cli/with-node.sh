#!/usr/bin/env bash
# Runs a file of the project with the project's own Node, after installing what the lock file says when it is not there yet.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=node_modules/.installed-from
if ! cmp -s package-lock.json "$stamp" 2>/dev/null; then
  echo "installing packages (once)…" >&2
  npm ci --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json "$stamp"
fi
export PATH="$PWD/node_modules/.bin:$PATH"
exec "$@"
