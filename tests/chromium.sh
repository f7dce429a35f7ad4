#!/bin/sh
# The browser tests want Chromium: as root on Debian it is installed, elsewhere they are skipped with a sentence.
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo 'installing chromium for the browser tests'
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium fonts-liberation; } >/dev/null </dev/null ||
        echo 'Chromium could not be installed: the browser tests will be skipped.'
else
    echo 'No chromium here: the browser tests will be skipped. Install it (Debian: sudo apt install chromium) to run them.'
fi
