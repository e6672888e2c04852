#!/usr/bin/env bash
# Every published number, measured anew. Further words choose benchmarks: tools/bench.sh NAME
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/setup.sh test
.venv/bin/python -c 'import ortools' 2>/dev/null ||
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-input -r requirements-bench.txt ||
    echo "OR-Tools could not be installed; its column is left out." >&2
.venv/bin/python cli.py db start >/dev/null
exec .venv/bin/python -m benchmarks "$@"
