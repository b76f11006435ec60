#!/usr/bin/env bash
# Installs the MongoDB-compatible test server from PyPI into .cuvette/venv (no root, no mongod in any registry).
# Tests find it there (test/store/mongo-server.ts) and start it on a free port themselves.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.cuvette/venv
[ -x "$venv/bin/python" ] && "$venv/bin/python" -c 'import secantus' 2>/dev/null && exit 0
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check 'SecantusDB==0.7.0b3'
