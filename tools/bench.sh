#!/usr/bin/env bash
# Every published number, measured anew. Further words choose benchmarks: tools/bench.sh NAME
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/setup.sh test
.venv/bin/python cli.py db start >/dev/null
exec .venv/bin/python -m benchmarks "$@"
