#!/usr/bin/env bash
# Stops the application and the private database.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

home="${ANJU_HOME:-$PWD/.anju}"
pid="$(cat "$home/app.pid" 2>/dev/null || true)"
if [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$PWD" ] &&
    tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q 'streamlit run app.py'; then
    kill -TERM "$pid"
    for _ in $(seq 1 100); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    echo "Application stopped."
else
    echo "Application was not running."
fi
rm -f "$home/app.pid"
[ ! -x .venv/bin/python ] || echo "Database: $(.venv/bin/python cli.py db stop)."
