#!/bin/sh
# Prints the base images by digest, as lines for the file of settings: what a tag stands for can change, what a digest does cannot.
#   sh deploy/pin.sh >> FILE
set -eu
for setting in PYTHON_IMAGE=python:3.13-slim POSTGRES_IMAGE=postgres:17 RABBITMQ_IMAGE=rabbitmq:4-management HAPROXY_IMAGE=haproxy:3.0; do
    image=${setting#*=}
    docker pull --quiet "$image" >/dev/null 2>&1 || true
    digest=$(docker image inspect --format '{{ range .RepoDigests }}{{ println . }}{{ end }}' "$image" 2>/dev/null | head -n 1)
    [ -n "$digest" ] || { echo "$image has no digest: no registry answers, and it was built on this machine or is not here." >&2; exit 1; }
    echo "${setting%%=*}=$digest"
done
