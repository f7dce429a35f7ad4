#!/bin/sh
# The Debian mirror that this machine's own apt uses.
set -eu
mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' |
    awk -v want="$(. /etc/os-release; echo "$VERSION_CODENAME")" '$2 == want { print $1; exit }')
echo "${mirror%/}"
