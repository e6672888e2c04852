#!/usr/bin/env bash
# Makes .venv with the pinned packages and installs what the system lacks; does nothing when all is in place.
#   tools/setup.sh run|test
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

purpose="${1:-run}"
say() { printf '%s\n' "$*" >&2; }

mkdir -p .anju
exec 9>.anju/setup.lock
flock 9

case "$purpose" in
    run) needs=(python postgres) files=(requirements.txt) wanted=requirements.txt ;;
    test) needs=(python postgres browser driver fonts) files=(requirements.txt requirements-dev.txt) wanted=requirements-dev.txt ;;
    *) say "tools/setup.sh run|test"; exit 2 ;;
esac

tools/system.sh "${needs[@]}" 9>&-

if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    python="$(tools/system.sh --python)"
    say "Making .venv with $("$python" --version) ..."
    rm -rf .venv
    "$python" -m venv .venv
fi

stamp_of() { { .venv/bin/python -V; cat "$@"; } | sha256sum | cut -d ' ' -f 1; }

stamp="$(stamp_of "${files[@]}")"
if [ "$(cat ".venv/.stamp-$purpose" 2>/dev/null)" != "$stamp" ]; then
    say "Installing the packages of $wanted ..."
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-input -r "$wanted" 9>&-
    echo "$stamp" >".venv/.stamp-$purpose"
    [ "$purpose" = run ] || stamp_of requirements.txt >.venv/.stamp-run
fi
