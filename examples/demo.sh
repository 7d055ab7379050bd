#!/bin/sh
# What `make demo` shows: two honest projects approved, a hostile one rejected with its reasons, and an honest one
# evaluated in a container. Uses the `prism` that stands first on PATH.
set -eu
cd "$(dirname "$0")"

IMAGE=prism-evaluator:latest

say() {
    printf '\n== %s\n\n' "$*"
}

expect() {
    wanted=$1
    shift
    printf '$ %s\n' "$*"
    code=0
    "$@" || code=$?
    [ "$code" = "$wanted" ] || {
        printf 'demo: expected exit code %s, got %s\n' "$wanted" "$code" >&2
        exit 1
    }
}

# The image exists, or can be built here: from an official base image, or from this machine's own packages.
have_image() {
    docker image inspect "$IMAGE" >/dev/null 2>&1 && return 0
    echo "Building the evaluation image; this takes a few minutes once."
    make --no-print-directory -C .. image
}

say "Two honest projects: approved (exit code 0)"
expect 0 prism review honest-small honest-transformer

say "A hostile project: rejected, and why (exit code 1)"
expect 1 prism review hostile-shell

say "The approved project, evaluated in a container"
if ! docker info >/dev/null 2>&1; then
    echo "No Docker engine answers on this machine, so nothing was evaluated. Start Docker and run 'make demo' again."
elif ! have_image; then
    echo "The evaluation image could not be built on this machine, so nothing was evaluated; the reason stands above."
else
    expect 0 prism run honest-small
fi
