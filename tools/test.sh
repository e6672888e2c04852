#!/usr/bin/env bash
# The house law and the tests. Further words go to pytest: tools/test.sh tests/db -x
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/setup.sh test
export PATH="$PWD/.venv/bin:$PATH" PYTHONWARNINGS=default LANG=C.UTF-8 TZ="${TZ:-UTC}"

failed=()
law() { echo "== $*"; "$@" || failed+=("$1 $2"); }

law ruff check .
law ruff format --check .
law mypy --no-error-summary
law lint-imports --no-cache
python cli.py db start >/dev/null

echo "== pytest"
if [ "${#failed[@]}" -gt 0 ]; then
    # Pytest's closing line comes last, so a broken law is told before it and kept for the exit status.
    printf 'BROKEN: %s\n' "${failed[@]}"
fi
# Two workers, a file a worker: each has a database, and where it needs one a running app, of its own. A browser that a busy
# machine kept waiting is asked once more, and the summary says so.
status=0
pytest -n 2 --dist loadfile --no-loadscope-reorder --reruns 1 --only-rerun "Timeout [0-9]+ms exceeded" -rfER "$@" || status=$?
[ "$status" -ne 0 ] || [ "${#failed[@]}" -eq 0 ] || status=1
exit "$status"
