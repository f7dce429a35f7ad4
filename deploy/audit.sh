#!/bin/sh
# Asks an advisory source (OSV, or the address given, which speaks OSV's protocol) about every library in uv.lock.
#   sh deploy/audit.sh [ADDRESS]
# Ends with 1 for a known vulnerability. Where no source answers, nothing was checked: that is said, and is no failure unless
# AUDIT_STRICT is set.
set -eu
cd "$(dirname "$0")/.."
status=0
.venv/tools/bin/uv audit --frozen --preview-features audit-command ${1:+--service-url "$1"} || status=$?
case $status in
    0 | 1) exit $status ;;
    *) echo 'NOT CHECKED: no advisory source answers, so nothing is known about the libraries of uv.lock.' >&2
       [ -z "${AUDIT_STRICT:-}" ] || exit 3 ;;
esac
