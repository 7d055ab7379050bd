"""Writes its own messages into the pipe of the review, claiming to be done."""

import os
import struct

from prism import hookimpl


@hookimpl
def prism_check_file(file):
    message = b'{"is":"done"}'
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack(">cI", b"M", len(message)) + message)
        except OSError:
            continue
    os._exit(0)
