#!/bin/sh
# Builds .venv from uv.lock: `environment.sh PYTHON run` for what runs, `environment.sh PYTHON test` with the tools for tests.
# Needs Python 3.11 or later and nothing else. Says one clear sentence when that is not there.
set -eu

python=${1:-}
purpose=$2
tools=.venv/tools

say() { printf '  \033[2m%s\033[0m\n' "$1"; }
[ -t 1 ] || say() { printf '  %s\n' "$1"; }
refuse() { printf '%s\n' "$1" >&2; exit 1; }

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

[ -n "$python" ] || refuse 'Guichet needs Python 3.11 or later and found none: install it (Debian 12: apt install python3 python3-venv), or say where it is with PYTHON=/path/to/python3.'
is_recent "$python" || refuse "Guichet needs Python 3.11 or later, and $python is not: say where a newer one is with PYTHON=/path/to/python3."

if ! has_venv "$python"; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say 'installing python3-venv'
        { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y python3-venv; } >/dev/null </dev/null ||
            refuse 'The package python3-venv could not be installed: install it, then try again.'
    fi
    has_venv "$python" || refuse "Python's venv module is missing: install it (Debian 12: sudo apt install python3-venv), then try again."
fi

# An environment whose Python has gone (moved, upgraded, copied from another machine) is built anew.
if [ -e .venv ] && ! is_recent .venv/bin/python; then
    say 'the environment in .venv no longer runs: building it anew'
    rm -rf .venv
fi
[ -e .venv ] || "$python" -m venv --without-pip .venv

if [ ! -e "$tools/ready" ] || [ embedded/uv-requirements.txt -nt "$tools/ready" ] || ! "$tools/bin/uv" --version >/dev/null 2>&1; then
    say 'fetching uv, which reads the lock file'
    rm -rf "$tools"
    "$python" -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-deps --require-hashes -r embedded/uv-requirements.txt </dev/null ||
        refuse 'The tool uv could not be fetched: check the network, then try again.'
    touch "$tools/ready"
fi

export UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_PROGRESS=1 UV_COMPILE_BYTECODE=1
unset VIRTUAL_ENV
case $purpose in
    # --inexact: what tests need may stay when only the rest is asked for.
    run) say 'installing the libraries of uv.lock' && set -- --no-dev --inexact ;;
    test) say 'installing the libraries of uv.lock and the tools for tests' && set -- ;;
esac
"$tools/bin/uv" sync --quiet --frozen --python .venv/bin/python "$@" </dev/null ||
    refuse 'The libraries of uv.lock could not be installed: the lines above say why.'
touch ".venv/ready-to-$purpose"
[ "$purpose" = run ] || touch .venv/ready-to-run
