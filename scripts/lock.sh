#!/usr/bin/env bash
# Resolves the project's own lock, those of the shipped environments and those of the old clients in the tests, with hashes and without hosts.
set -euo pipefail
uv=$1
flags=(-q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links)
"$uv" pip compile "${flags[@]}" --upgrade --extra dev pyproject.toml -o requirements.lock
environments=src/bottega/sandbox/environments
"$uv" pip compile "${flags[@]}" --upgrade --no-annotate "$environments/default.in" -o "$environments/default.lock"
# The same versions wherever both have a package: a table or a model is then the same in both.
"$uv" pip compile "${flags[@]}" --upgrade --no-annotate "$environments/bottega.in" -c "$environments/default.lock" -o "$environments/bottega.lock"
# Those without an .in are for Pythons that nothing new comes out for.
for clients in tests/clients/*.in; do
    "$uv" pip compile "${flags[@]}" --upgrade "$clients" -o "${clients%.in}.lock"
done
