"""Writes small tar archives, with and without the mark that newer ones carry."""

import io
import tarfile

CONTENT = b"x = 1\n"


def tar(form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as target:
        member = tarfile.TarInfo("model.py")
        member.size = len(CONTENT)
        target.addfile(member, io.BytesIO(CONTENT))
    return buffer.getvalue()


def old_tar() -> bytes:
    """A tar whose header has no mark, only its checksum, which is made to fit again."""
    data = tar(tarfile.USTAR_FORMAT).replace(b"ustar\x0000", bytes(8), 1)
    header = data[:148] + b" " * 8 + data[156:512]
    return header[:148] + f"{sum(header):06o}\0 ".encode() + header[156:] + data[512:]
