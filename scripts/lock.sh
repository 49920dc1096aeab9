#!/usr/bin/env bash
# Resolves the project's own lock, those of the shipped environments and those of the old clients in the tests, with hashes and without hosts.
# `lock.sh UV anaconda` or `lock.sh UV classic` resolves that shipped environment alone.
set -euo pipefail
uv=$1
flags=(-q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links)
environments=src/bottega/sandbox/environments
# These two are installed as they are locked: what has no wheel has no place in them.
shipped() {
    "$uv" pip compile "${flags[@]}" --upgrade --no-annotate --only-binary :all: "$environments/$1.in" -o "$environments/$1.lock"
}
case ${2:-} in
    anaconda | classic) shipped "$2"; exit ;;
    ?*) echo "no such environment: $2" >&2; exit 2 ;;
esac
"$uv" pip compile "${flags[@]}" --upgrade --extra dev pyproject.toml -o requirements.lock
"$uv" pip compile "${flags[@]}" --upgrade --no-annotate "$environments/default.in" -o "$environments/default.lock"
# The same versions wherever both have a package: a table or a model is then the same in both.
"$uv" pip compile "${flags[@]}" --upgrade --no-annotate "$environments/bottega.in" -c "$environments/default.lock" -o "$environments/bottega.lock"
shipped anaconda
# Those without an .in are for Pythons that nothing new comes out for.
for clients in tests/clients/*.in; do
    "$uv" pip compile "${flags[@]}" --upgrade "$clients" -o "${clients%.in}.lock"
done
