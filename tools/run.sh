#!/usr/bin/env bash
# Sets everything up, starts the product and stays until it is stopped (Ctrl-C or `make stop`).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

home="${ANJU_HOME:-$PWD/.anju}"
port="${ANJU_PORT:-8501}"
address="${ANJU_ADDRESS:-127.0.0.1}"
url="http://127.0.0.1:$port"
pid_file="$home/app.pid"
python=.venv/bin/python

is_ours() { # whether that process is this checkout's Streamlit
    [ -n "$1" ] && [ "$(readlink "/proc/$1/cwd" 2>/dev/null)" = "$PWD" ] &&
        tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -q 'streamlit run app.py'
}

answers() {
    "$python" - "$url/_stcore/health" 2>/dev/null <<'PY'
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
sys.exit(opener.open(sys.argv[1], timeout=2).status != 200)
PY
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

open_browser() {
    [ "$(id -u)" != 0 ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -z "${CI:-}" ] || return 0
    command -v xdg-open >/dev/null 2>&1 || return 0
    xdg-open "$url" >/dev/null 2>&1 &
}

mkdir -p "$home"
running="$(cat "$pid_file" 2>/dev/null || true)"
if is_ours "$running"; then
    echo "Anju Grid is already running at $url (process $running). 'make stop' stops it."
    exit 0
fi
if port_is_taken; then
    echo "Port $port is taken by another program. Stop it, or choose another port: ANJU_PORT=8600 make run" >&2
    exit 1
fi

tools/setup.sh run
$python cli.py ready

child=""
finish() {
    trap - EXIT INT TERM
    [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true
    [ -z "$child" ] || wait "$child" 2>/dev/null || true
    rm -f "$pid_file"
}
trap finish EXIT
trap 'exit 0' INT TERM

.venv/bin/streamlit run app.py --server.port "$port" --server.address "$address" &
child=$!
echo "$child" >"$pid_file"

for _ in $(seq 1 240); do
    answers && break
    kill -0 "$child" 2>/dev/null || { echo "The application ended while starting; see above." >&2; exit 1; }
    sleep 0.25
done
answers || { echo "The application does not answer at $url." >&2; exit 1; }

echo
echo "安居网格 Anju Grid: $url"
$python cli.py accounts
echo "Ctrl-C 停止 / stops it; make stop 同时停止数据库 / stops the database too."
open_browser
wait "$child" || true
