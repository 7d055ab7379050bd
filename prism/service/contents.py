"""What of an upload is the project: the archive itself, or what a JSON object carries of it."""

import binascii
import io
import zipfile
from base64 import b64decode

import msgspec

from prism.service.records import Form, Upload

ARCHIVE_MARKS = (b"PK\x03\x04", b"PK\x05\x06")


class _Object(msgspec.Struct):
    """The body of an upload in JSON; what else stands in it is for nobody."""

    code: str


def project_bytes(upload: Upload, entrypoint: str) -> bytes:
    """The archive that an upload is or carries, for intake to judge; plain Python becomes one with a single file.

    Nothing is unpacked here. What is no such object is handed on as it came, and intake refuses it.

    Args:
        upload: what was handed in.
        entrypoint: path of the file that plain Python is.
    """
    if upload.form is Form.ZIP:
        return upload.body
    try:
        code = msgspec.json.decode(upload.body, type=_Object).code
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return upload.body
    packed = _from_base64(code)
    return packed if packed.startswith(ARCHIVE_MARKS) else _archive_of(entrypoint, code)


def _from_base64(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _archive_of(path: str, text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo(path), text.encode("utf-8", "surrogatepass"))
    return stream.getvalue()
