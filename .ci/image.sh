#!/bin/sh
# Makes the image prism-evaluator:latest without an image registry: a minimal Debian from this machine's own package
# source, PyTorch from this machine's own Python index, then the Dockerfile on top. Does nothing when the images were
# made from the same inputs before. Needs root and a Docker engine (see engine.sh).
set -eu
cd "$(dirname "$0")/.."

SUITE=bookworm
PYTHON_VERSION=3.11 # what SUITE ships
TORCH=torch==2.13.0
BASE=prism-base:latest
IMAGE=prism-evaluator:latest

fail() {
    printf 'image: %s\n' "$*" >&2
    exit 1
}

content_of() {
    docker image inspect --format '{{ index .Config.Labels "prism.content" }}' "$1" 2>/dev/null || true
}

hash_of() {
    sha256sum | cut -d ' ' -f 1
}

mirror() {
    apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' "Codename: $SUITE" |
        awk '$2 == "main" { print $1; exit }'
}

make_root() {
    source=$(mirror)
    [ -n "$source" ] || fail "apt knows no source for Debian $SUITE; add one, or build the Dockerfile on an official image"
    debootstrap --variant=minbase --include=python3 "$SUITE" "$1" "$source" >"$1.log" 2>&1 || {
        tail -n 20 "$1.log" >&2
        fail "debootstrap failed; the end of its log is above"
    }
    packages="$1/usr/lib/python3/dist-packages"
    "${PYTHON:-python3}" -m venv "$1.venv" || fail "python3 cannot make a virtual environment; install python3-venv"
    "$1.venv/bin/python" -m pip install --quiet --root-user-action ignore --no-compile --only-binary=:all: \
        --python-version "$PYTHON_VERSION" --target "$packages" "$TORCH" || fail "pip could not install $TORCH"
    rm -rf "$packages"/torch/test "$packages"/torch/include "$packages"/torch/share "$packages"/bin \
        "$1"/usr/share/doc "$1"/usr/share/man "$1"/usr/share/locale "$1"/var/cache/apt "$1"/var/lib/apt/lists "$1"/var/log
    find "$packages"/torch/bin -type f ! -name torch_shm_manager -delete # torch asks for that one when imported
    find "$packages" -name '*.a' -delete
    find "$packages" -type d -name tests -prune -exec rm -rf {} +
    find "$1" -xdev -type f -perm /6000 -exec chmod a-s {} +
    chroot "$1" python3 -I -m compileall -q /usr/lib/python3/dist-packages >/dev/null 2>&1 || true # templates among them
    chroot "$1" python3 -I -W ignore -c 'import torch; torch.optim.SGD([torch.zeros(1, requires_grad=True)])' ||
        fail "PyTorch does not work in the image; see the error above"
}

make_base() {
    command -v debootstrap >/dev/null || {
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >/dev/null ||
            fail "debootstrap could not be installed"
    }
    work=$(mktemp -d "${TMPDIR:-/tmp}/prism-image.XXXXXX")
    trap 'rm -rf --one-file-system "$work"' EXIT
    echo "image: making $BASE (Debian $SUITE, $TORCH); this takes a few minutes once" >&2
    make_root "$work/root"
    tar -C "$work/root" --one-file-system --numeric-owner -c . |
        docker import --change "LABEL prism.content=$1" - "$BASE" >/dev/null || fail "docker import failed"
}

docker info >/dev/null 2>&1 || fail "no Docker engine answers; run .ci/engine.sh first"

base_content=$(hash_of <.ci/image.sh)
[ "$(content_of "$BASE")" = "$base_content" ] || make_base "$base_content"

# The evaluator's code, the Dockerfile and the base: nothing else goes into the image.
image_content=$({
    echo "$base_content"
    sha256sum Dockerfile prism/evaluator/*.py
} | hash_of)
[ "$(content_of "$IMAGE")" = "$image_content" ] || {
    echo "image: building $IMAGE" >&2
    docker build --quiet --network none --build-arg "BASE=$BASE" --label "prism.content=$image_content" --tag "$IMAGE" . \
        >/dev/null || fail "docker build failed"
}
