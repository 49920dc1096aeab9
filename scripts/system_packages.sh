#!/usr/bin/env bash
# Installs what jails need from Debian's or Ubuntu's packages, if it is not there.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # an ordinary user has ldconfig there

packages=()
command -v bwrap >/dev/null || packages+=(bubblewrap) # the outer jail
ldconfig -p 2>/dev/null | grep -q libseccomp.so.2 || packages+=(libseccomp2) # compiles the system-call filter
ldconfig -p 2>/dev/null | grep -q libgomp.so.1 || packages+=(libgomp1) # LightGBM's threads, in the default environment
python=${PYTHON:-python3}
"$python" -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3-venv) # to install uv without touching the system's Python

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi

if [ ${#packages[@]} -gt 0 ]; then
    echo "installing Debian packages: ${packages[*]}"
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        echo "neither root nor sudo: install them yourself (apt-get install ${packages[*]}) and try again" >&2
        exit 1
    fi
    "${as_root[@]}" apt-get update -q=2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q=2 --no-install-recommends "${packages[@]}" >/dev/null
fi

bash "$(dirname "$0")/apparmor.sh"
