#!/usr/bin/env bash
# Installs R, which only modules in R need; their jail sees the packages that are installed for all users.
set -euo pipefail
if [ -n "${BOTTEGA_R_HOME:-}" ] || command -v R >/dev/null; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
echo "installing Debian packages: r-base-core"
"${as_root[@]}" apt-get update -q=2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q=2 --no-install-recommends r-base-core >/dev/null
