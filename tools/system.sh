#!/usr/bin/env bash
# Finds what the product needs of the operating system and installs what is missing.
#   tools/system.sh [--dry-run] postgres|python|browser|driver|fonts ...
# Installs with apt as root or where sudo asks for no password; otherwise prints the command and exits 1.
set -euo pipefail

MIN_POSTGRES=15
APT_ENV=(env DEBIAN_FRONTEND=noninteractive)
dry_run=no
missing=()

say() { printf '%s\n' "$*" >&2; }

# --- what is there ---------------------------------------------------------------------------------------

has_postgres() { # a server of a sufficient version whose PostGIS is installed too
    local folder major
    for folder in "${ANJU_PG_BIN:-}" "${ANJU_PG_ROOT:-/usr/lib/postgresql}"/*/bin /usr/pgsql-*/bin; do
        [ -x "$folder/initdb" ] || continue
        major="$("$folder/postgres" --version | grep -oE '[0-9]+' | head -n 1)"
        [ "$major" -ge "$MIN_POSTGRES" ] || continue
        for share in "/usr/share/postgresql/$major" "$(dirname "$folder")/share"; do
            [ -e "$share/extension/postgis.control" ] && return 0
        done
    done
    return 1
}

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

has_driver() { # the library that the node inside Playwright's package is linked against
    local file
    for file in /usr/lib/*/libatomic.so.1 /usr/lib64/libatomic.so.1 /usr/lib/libatomic.so.1; do
        [ -e "$file" ] && return 0
    done
    return 1
}

has_fonts() {
    ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 && return 0
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family)" ]
}

python_with_venv() { # the first Python >= 3.11 that can make a virtual environment
    local name
    for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        [ -n "$name" ] || continue
        "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
        command -v "$name"
        return 0
    done
    return 1
}

python_without_venv() { # major.minor of the first Python >= 3.11
    local name
    for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        [ -n "$name" ] || continue
        "$name" -c 'import sys; v = sys.version_info; v < (3, 11) and sys.exit(1); print("%d.%d" % v[:2])' \
            2>/dev/null && return 0
    done
    return 1
}

# --- what to install -------------------------------------------------------------------------------------

can_install() { [ -n "$(apt-cache madison "$1" 2>/dev/null | head -n 1)" ]; }

postgis_majors() { # versions that this system's package lists hold with PostGIS, the newest first
    apt-cache pkgnames postgresql- 2>/dev/null | sed -n 's/^postgresql-\([0-9]\+\)-postgis-3$/\1/p' |
        sort -rn | awk -v least="$MIN_POSTGRES" '$1 >= least'
}

postgres_packages() {
    local major chosen=""
    for major in $(postgis_majors); do
        can_install "postgresql-$major-postgis-3" || continue
        [ -z "$chosen" ] && chosen="$major"
        [ -x "/usr/lib/postgresql/$major/bin/initdb" ] && chosen="$major" && break
    done
    [ -n "$chosen" ] && echo "postgresql-$chosen postgresql-$chosen-postgis-3"
}

python_packages() {
    local version
    if version="$(python_without_venv)"; then
        can_install "python$version-venv" && echo "python$version-venv" || echo python3-venv
        return
    fi
    for version in 3.13 3.12 3.11; do
        can_install "python$version-venv" && echo "python$version python$version-venv" && return
    done
    return 1
}

known_or_listed() { # without apt there is no list to ask; the name is still the best advice
    ! command -v apt-cache >/dev/null 2>&1 || can_install "$1" || return 1
    echo "$1"
}

packages_for() {
    case "$1" in
        postgres) postgres_packages ;;
        python) python_packages ;;
        browser) known_or_listed chromium ;;
        driver) known_or_listed libatomic1 ;;
        fonts) known_or_listed fonts-noto-cjk ;;
    esac
}

is_there() {
    case "$1" in
        postgres) [ -n "${DATABASE_URL:-}" ] || has_postgres ;;
        python) python_with_venv >/dev/null ;;
        browser) [ -n "${ANJU_CHROMIUM:-}" ] || browser >/dev/null ;;
        driver) has_driver ;;
        fonts) has_fonts ;;
        *) say "unknown: $1 (postgres, python, browser, driver, fonts)"; exit 2 ;;
    esac
}

explain() {
    case "$1" in
        postgres) say "PostgreSQL >= $MIN_POSTGRES with PostGIS >= 3.3 is missing." ;;
        python) say "Python >= 3.11 with the venv module is missing." ;;
        browser) say "Chromium is missing (the browser tests need it)." ;;
        driver) say "libatomic is missing (Playwright, which drives the browser, needs it)." ;;
        fonts) say "A font with Chinese letters is missing." ;;
    esac
}

no_package() {
    say "This system's package lists hold no package for: $1."
    if [ "$1" = postgres ]; then
        say "Ubuntu 22.04 has PostgreSQL 14 only. Add the PostgreSQL project's own packages, then try again:"
        say "  sudo apt-get install -y postgresql-common && sudo /usr/share/postgresql-common/pgdg/apt.*.sh -y"
        say "or name a server of your own in DATABASE_URL."
    elif [ "$1" = browser ]; then
        say "Install Chromium or Chrome by hand (Ubuntu has it as a snap) and name its program in ANJU_CHROMIUM."
    fi
    exit 1
}

# --- install ---------------------------------------------------------------------------------------------

privilege() { # prints the prefix under which apt may run; fails when there is none
    if [ "$(id -u)" = 0 ]; then
        return 0
    fi
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null && echo "sudo -n"
}

install_packages() {
    local prefix
    local command="apt-get install -y --no-install-recommends $*"
    say "Needed packages: $*"
    if [ "$dry_run" = yes ] || ! command -v apt-get >/dev/null 2>&1 || ! prefix="$(privilege)"; then
        say "Install them with:"
        say "  sudo apt-get update && sudo $command"
        exit 1
    fi
    keep_default_cluster_away $prefix
    # shellcheck disable=SC2086  # the prefix is none or two words
    $prefix "${APT_ENV[@]}" $command </dev/null >&2
    let_default_cluster_be $prefix
}

# Debian starts a cluster of its own on port 5432 when PostgreSQL is first installed; the product has no use for it.
DROP_IN=/etc/postgresql-common/createcluster.d/anju-grid.conf

keep_default_cluster_away() {
    [ -e /etc/postgresql-common/createcluster.conf ] && return 0
    "$@" mkdir -p "$(dirname "$DROP_IN")"
    echo "create_main_cluster = false" | "$@" tee "$DROP_IN" >/dev/null
}

let_default_cluster_be() { [ ! -e "$DROP_IN" ] || "$@" rm -f "$DROP_IN"; }

update_lists() {
    local prefix
    [ "$dry_run" = no ] && command -v apt-get >/dev/null 2>&1 || return 0
    prefix="$(privilege)" || return 0
    # shellcheck disable=SC2086
    $prefix "${APT_ENV[@]}" apt-get update -qq </dev/null >&2 || say "apt-get update failed; going on with the old lists."
}

main() {
    local need packages
    [ "${1:-}" = --dry-run ] && dry_run=yes && shift
    for need in "$@"; do
        is_there "$need" || missing+=("$need")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    for need in "${missing[@]}"; do explain "$need"; done
    update_lists
    packages=()
    for need in "${missing[@]}"; do
        # shellcheck disable=SC2207
        packages+=($(packages_for "$need")) || no_package "$need"
    done
    install_packages "${packages[@]}"
    for need in "${missing[@]}"; do
        is_there "$need" || { say "Still missing after the installation: $need."; exit 1; }
    done
}

if [ "${1:-}" = --python ]; then
    python_with_venv
else
    main "$@"
fi
