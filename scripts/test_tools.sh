#!/usr/bin/env bash
# Installs what only tests need: Chromium, which shows the studio, R, which modules and sample code run in, Mono, which runs
# sample code, PostgreSQL, which modules read and write, and Azurite, which stands for Azure's blob storage, below .test/.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi

install() {
    echo "installing Debian packages: $*"
    "${as_root[@]}" apt-get update -q=2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q=2 --no-install-recommends "$@" >/dev/null
}

# Tests of the studio in the browser have no other browser, and none is downloaded for them.
command -v chromium >/dev/null || [ -n "${BOTTEGA_CHROMIUM:-}" ] || install chromium

bash scripts/r.sh

# The sample code that help pages show is run as it is shown; where a language cannot be had, its tests are skipped.
languages=(
    r-cran-httr r-cran-jsonlite
    mono-mcs mono-runtime libmono-system-net-http4.0-cil libmono-system-net-http-formatting4.0-cil libnewtonsoft-json5.0-cil
)
dpkg -s "${languages[@]}" >/dev/null 2>&1 || install "${languages[@]}" || echo "going on without: sample code in R and C# is not tested" >&2
# Tests start a server of their own; the package's own, which Debian would start, is not wanted.
if [ -z "$(find /usr/lib/postgresql -name initdb -print -quit 2>/dev/null)" ] && ! command -v initdb >/dev/null; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
    install postgresql || echo "going on without: databases other than SQLite are not tested" >&2
fi
command -v npm >/dev/null || install nodejs npm

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
