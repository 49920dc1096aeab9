#!/usr/bin/env bash
# Installs what only tests need: Azurite, which stands for Azure's blob storage, below .test/.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null; then
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
    echo "installing Debian packages: nodejs npm"
    "${as_root[@]}" apt-get update -q=2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q=2 --no-install-recommends nodejs npm >/dev/null
fi

lock=tests/clients/azurite/package-lock.json
folder=.test/azurite
if ! cmp -s "$lock" "$folder/package-lock.json"; then
    echo "installing Azurite"
    rm -rf "$folder"
    mkdir -p "$folder.new"
    cp tests/clients/azurite/{package.json,package-lock.json,.npmrc} "$folder.new/"
    # Without the scripts of packages: the blob service is plain JavaScript.
    npm ci --prefix "$folder.new" --ignore-scripts --silent
    mv "$folder.new" "$folder"
fi
