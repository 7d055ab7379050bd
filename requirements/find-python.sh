#!/bin/sh
# Print a Python that PRISM runs on (3.11 or newer, with venv), the plainest name first; say what is missing otherwise.
for name in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python; do
    path="$(command -v "$name" 2>/dev/null)" || continue
    if "$path" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$path"
        exit 0
    fi
done
printf '%s\n' >&2 'no usable Python found' \
    '  where: python3, python3.13, python3.12, python3.11 on PATH' \
    '  do:    install Python 3.11 or newer with its venv module (Debian, Ubuntu: python3 and python3-venv),' \
    '         or name one: make PYTHON=/path/to/python3.12 demo'
exit 1
