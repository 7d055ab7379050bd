#!/bin/sh
# Makes a Docker engine answer on this machine: installs one from the system's packages if there is none, starts it in
# the background if it is not running, and waits. Safe to run again. For continuous integration, as root on Debian.
set -eu

WAIT_SECONDS=${PRISM_ENGINE_WAIT_SECONDS:-60}

fail() {
    printf 'engine: %s\n' "$*" >&2
    exit 1
}

answers() {
    timeout 10 docker info >/dev/null 2>&1
}

install_engine() {
    command -v apt-get >/dev/null || fail "dockerd is not installed and there is no apt-get; install a Docker engine"
    echo "engine: installing docker.io" >&2
    apt-get update -qq || fail "apt-get update failed; check the machine's package sources"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io iptables >/dev/null ||
        fail "docker.io could not be installed; install a Docker engine by hand"
}

start_engine() {
    log=$(mktemp "${TMPDIR:-/tmp}/prism-dockerd.XXXXXX")
    echo "engine: starting dockerd, log in $log" >&2
    setsid dockerd >"$log" 2>&1 </dev/null &
    pid=$!
    waited=0
    until answers; do
        kill -0 "$pid" 2>/dev/null || { tail -n 20 "$log" >&2; fail "dockerd ended; the end of its log is above"; }
        [ "$waited" -lt "$WAIT_SECONDS" ] || { tail -n 20 "$log" >&2; fail "dockerd did not answer in $WAIT_SECONDS s"; }
        sleep 1
        waited=$((waited + 1))
    done
}

if command -v docker >/dev/null && answers; then
    exit 0
fi
[ "$(id -u)" = 0 ] || fail "no engine answers and only root can start one; start Docker, or run this as root"
command -v dockerd >/dev/null || install_engine
command -v docker >/dev/null || fail "dockerd is there but the docker client is not; install docker.io or docker-cli"
start_engine
