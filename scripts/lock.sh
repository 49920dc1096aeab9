#!/usr/bin/env bash
# Resolves the project's own lock and that of the default environment, with hashes and without hosts.
set -euo pipefail
uv=$1
flags=(-q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade)
"$uv" pip compile "${flags[@]}" --extra dev pyproject.toml -o requirements.lock
environments=src/bottega/sandbox/environments
"$uv" pip compile "${flags[@]}" --no-annotate "$environments/default.in" -o "$environments/default.lock"
