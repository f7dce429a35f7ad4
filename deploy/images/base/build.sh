#!/bin/sh
# Builds debian:trixie-slim from a Debian mirror alone, where no registry can be reached:
#   sh deploy/images/base/build.sh [TAG]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mirror=$(sh "$here/mirror.sh")
tag=${1:-debian:trixie-slim}
# Certificates that this machine trusts are trusted in the image too: its mirrors may be behind them.
finish='set -e; r=$1
mkdir -p "$r/usr/local/share/ca-certificates"
cp /usr/local/share/ca-certificates/*.crt "$r/usr/local/share/ca-certificates/" 2>/dev/null || true
chroot "$r" update-ca-certificates >/dev/null
printf "#!/bin/sh\nexit 101\n" > "$r/usr/sbin/policy-rc.d"; chmod +x "$r/usr/sbin/policy-rc.d"
rm -f "$r/etc/resolv.conf" "$r/etc/hostname"; rm -rf "$r/var/log/"*.log "$r/var/cache/debconf/"*-old'
mmdebstrap --quiet --variant=minbase --include=ca-certificates \
    --dpkgopt="$here/excludes.cfg" \
    --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::GzipIndexes "true"' \
    --customize-hook="$finish" \
    trixie - \
    "deb $mirror trixie main" \
    "deb $mirror trixie-updates main" \
    "deb $mirror-security trixie-security main" |
    docker import -c 'CMD ["bash"]' -c 'ENV LANG=C.UTF-8' - "$tag"
