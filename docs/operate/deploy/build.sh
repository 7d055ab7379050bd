#!/bin/sh
# Builds the image of PRISM itself from a clone, after `make env`:
#
#   sh docs/operate/deploy/build.sh                                  prism:latest on python:3.11-slim
#   IMAGE=registry.example/prism:1.2 BASE=... sh docs/operate/deploy/build.sh
#
# Packages are installed here, from the lock and with their hashes checked, into the folder that the build gets.
# PYTHON_VERSION must be that of the base.
set -eu
cd "$(dirname "$0")/../../.."

PYTHON=${PYTHON:-.venv/bin/python}
PYTHON_VERSION=${PYTHON_VERSION:-3.11}
BASE=${BASE:-python:$PYTHON_VERSION-slim}
IMAGE=${IMAGE:-prism:latest}

context=$(mktemp -d "${TMPDIR:-/tmp}/prism-image.XXXXXX")
trap 'rm -rf "$context"' EXIT

install() {
    "$PYTHON" -m pip --disable-pip-version-check install --quiet --root-user-action ignore --no-compile --no-deps \
        --only-binary=:all: --python-version "$PYTHON_VERSION" --target "$context/site-packages" "$@"
}

install --require-hashes -r requirements/all.lock
"$PYTHON" -m hatchling build -t wheel -d "$context/dist" >/dev/null
install --no-index --upgrade "$context"/dist/*.whl
rm -rf "$context/dist" "$context/site-packages/bin"
find "$context/site-packages" -type d -name tests -prune -exec rm -rf {} + # of the libraries; a quarter of the files
docker build --quiet --network none --build-arg "BASE=$BASE" --build-arg "PYTHON_VERSION=$PYTHON_VERSION" \
    --file docs/operate/deploy/Dockerfile --tag "$IMAGE" "$context"
