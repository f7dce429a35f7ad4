#!/bin/sh
# The browser tests want Chromium: as root on Debian it is installed, elsewhere they are skipped with a sentence.
# Where it is to be had, the one without windows too: it takes a third less of a processor.
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo 'installing chromium for the browser tests'
    get() { DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "$@" >/dev/null </dev/null; }
    { apt-get -qq update >/dev/null && get chromium fonts-liberation; } ||
        echo 'Chromium could not be installed: the browser tests will be skipped.'
    get chromium-headless-shell 2>/dev/null || true
else
    echo 'No chromium here: the browser tests will be skipped. Install it (Debian: sudo apt install chromium) to run them.'
fi
