#!/usr/bin/env bash
# The `bento` command, from whatever folder it is called in. Runs on the project's own Node, because the machine's may be too old to
# run TypeScript; `exec`, so that a signal reaches the command itself.
set -euo pipefail
# What npx and npm link points here, so the link is followed first.
root="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)"
node="$root/node_modules/.bin/node"
# Packages that are there are left as they are, whatever the lock file says: a question must not rebuild what a running Bento is using.
[ -x "$node" ] || bash "$root/cli/with-node.sh" true
exec "$node" "$root/cli/bento.ts" "$@"
