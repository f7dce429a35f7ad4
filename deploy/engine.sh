#!/bin/sh
# A Docker engine with Compose and the images that Guichet stands on, or one sentence that says why not.
#   sh deploy/engine.sh
# What is there stays as it is. As root on Debian the engine is installed and started; where no image registry answers,
# the images are built from Debian's packages under the names that they have there (deploy/images). About a minute.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
images="${POSTGRES_IMAGE:-postgres:17} ${RABBITMQ_IMAGE:-rabbitmq:4-management} ${HAPROXY_IMAGE:-haproxy:3.0} ${PYTHON_IMAGE:-python:3.13-slim}"
log=${TMPDIR:-/tmp}/guichet-dockerd.log

say() { printf '  %s\n' "$1"; }
refuse() { printf '%s\n' "$1" >&2; exit 1; }
answers() { docker version >/dev/null 2>&1; }
is_debian_root() { [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get >/dev/null; }

install_packages() {
    missing=$(for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || echo "$package"; done)
    [ -n "$missing" ] || return 0
    say "installing $(echo $missing)"
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing; } \
        >/dev/null 2>&1 </dev/null || refuse "These packages could not be installed: $(echo $missing)."
}

start_engine() {
    install_packages docker.io iptables
    answers && return 0
    say 'starting the Docker engine'
    setsid dockerd >"$log" 2>&1 </dev/null &
    for _ in $(seq 60); do
        answers && return 0
        sleep 0.5
    done
    refuse "The Docker engine does not start; $log says why."
}

# The plugins of Debian 13 need no more than the libc of Debian 12, whose own archive has none of them.
install_compose() {
    say 'installing Compose'
    work=$(mktemp -d)
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    : >"$work/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(sh "$here/images/base/mirror.sh") trixie main" \
        >"$work/sources.list"
    set -- -o Dir::State="$work" -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" \
        -o Dir::Cache="$work/cache" -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/nonexistent \
        -o Dir::Etc::preferencesparts=/nonexistent -o APT::Sandbox::User=root -o Acquire::Languages=none
    (cd "$work" && apt-get "$@" -qq update && apt-get "$@" -qq download docker-compose docker-buildx) >/dev/null 2>&1 </dev/null ||
        refuse 'Compose could not be fetched from the Debian archive.'
    plugins=${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins
    mkdir -p "$plugins"
    for plugin in compose buildx; do
        dpkg -x "$work"/docker-${plugin}_*.deb "$work/unpacked"
        install -m755 "$work/unpacked/usr/libexec/docker/cli-plugins/docker-$plugin" "$plugins/"
    done
    rm -rf "$work"
}

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

build_image() {
    is_debian_root || refuse "No registry answers for the image $1; as root on Debian it is built from packages instead."
    install_packages mmdebstrap
    has_image debian:trixie-slim || { say 'building debian:trixie-slim' && sh "$here/images/base/build.sh" debian:trixie-slim >/dev/null 2>&1; } ||
        refuse 'The base image could not be built: sh deploy/images/base/build.sh shows why.'
    say "building $1"
    docker build -q -t "$1" "$here/images/${1%%:*}" >/dev/null || refuse "The image $1 could not be built."
}

answers || { is_debian_root && start_engine; } ||
    refuse 'No Docker engine answers: start one, or run this as root on Debian, where it is installed.'
docker compose version >/dev/null 2>&1 || { is_debian_root && install_compose; } ||
    refuse 'Docker Compose is missing: install the plugin (https://docs.docker.com/compose/install).'
for image in $images; do
    has_image "$image" || timeout 120 docker pull -q "$image" >/dev/null 2>&1 || build_image "$image"
done
