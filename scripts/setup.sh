#!/usr/bin/env bash
# Makes the project's virtual environment from requirements.lock, every file checked by its hash.
set -euo pipefail
venv=$1
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Bottega needs Python 3.11 or newer; $python is $("$python" --version 2>&1). Name another: make PYTHON=python3.12 …" >&2
    exit 1
}
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    # uv from PyPI, in a folder of its own: the system's Python stays as it is.
    tools="$venv-tools"
    [ -x "$tools/bin/uv" ] || { "$python" -m venv "$tools" && "$tools/bin/python" -m pip install -q --disable-pip-version-check uv; }
    uv="$tools/bin/uv"
fi
"$uv" venv -q --no-project --allow-existing --python "$python" "$venv"
echo "installing the project's packages"
"$uv" pip sync -q --require-hashes --compile-bytecode --python "$venv/bin/python" requirements.lock
"$uv" pip install -q --no-deps --python "$venv/bin/python" -e .
# Compiled now, for a start that compiles first is half as fast, and some machines never write compiled files.
"$venv/bin/python" -m compileall -q src
