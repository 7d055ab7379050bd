"""Where packed blobs are when they are not in the database: a directory, or a bucket that speaks S3.

A name is a digest, so what stands under a name never changes and writing twice is harmless.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from prism.errors import StoreError, UsageError


class Place(Protocol):
    """Holds packed blobs by digest."""

    def put(self, digest: str, packed: bytes) -> None:
        """Keep a blob; it is there for good when this returns."""
        ...

    def get(self, digest: str) -> bytes | None:
        """A blob; ``None`` when it is not there."""
        ...

    def drop(self, digest: str) -> None:
        """Take a blob away; no error when it is not there."""
        ...

    def digests(self) -> Iterator[str]:
        """The digests of all blobs."""
        ...


def place_of(text: str) -> Place:
    """The place that an absolute folder, or ``s3://bucket/prefix?endpoint=URL``, stands for.

    Raises:
        UsageError: it is neither.
    """
    if text.startswith("s3://"):
        return Bucket(text)
    if text.startswith("/"):
        return Directory(Path(text))
    raise UsageError("this is no place for blobs", where=text, do="give an absolute folder, or s3://BUCKET/PREFIX")


class Directory:
    """Blobs as files: ``ab/abcdef...``."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, digest: str, packed: bytes) -> None:
        """Write beside, then rename: a file under its name is whole, whenever the process is killed."""
        target = self._path(digest)
        try:
            if target.exists() and target.read_bytes() == packed:
                return
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".part-", delete=False) as part:
                part.write(packed)
                part.flush()
                os.fsync(part.fileno())
            Path(part.name).replace(target)
            _sync(target.parent)
        except OSError as error:
            raise _failed("written", str(self._root), error.strerror) from error

    def get(self, digest: str) -> bytes | None:
        """The file's bytes."""
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failed("read", str(self._root), error.strerror) from error

    def drop(self, digest: str) -> None:
        """Remove the file."""
        try:
            self._path(digest).unlink(missing_ok=True)
        except OSError as error:
            raise _failed("removed", str(self._root), error.strerror) from error

    def digests(self) -> Iterator[str]:
        """Names of the files."""
        return (path.name for path in self._root.glob("[0-9a-f][0-9a-f]/*") if not path.name.startswith("."))

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest


class Bucket:
    """Blobs as objects of a bucket; credentials come from the environment, as with any S3 client."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        endpoints = parse_qs(parts.query).get("endpoint")
        self._where = f"s3://{self._bucket}/{self._prefix}"
        self._client = _client(endpoints[0] if endpoints else None)

    def put(self, digest: str, packed: bytes) -> None:
        """Write the object."""
        self._ask("written", "put_object", Key=self._key(digest), Body=packed)

    def get(self, digest: str) -> bytes | None:
        """The object's bytes."""
        from botocore.exceptions import ClientError

        try:
            answer = self._ask("read", "get_object", Key=self._key(digest))
        except StoreError as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and cause.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        return bytes(answer["Body"].read())

    def drop(self, digest: str) -> None:
        """Remove the object."""
        self._ask("removed", "delete_object", Key=self._key(digest))

    def digests(self) -> Iterator[str]:
        """Names of the objects."""
        token: dict[str, str] = {}
        while True:
            answer = self._ask("listed", "list_objects_v2", Prefix=self._key(""), **token)
            yield from (str(item["Key"]).rpartition("/")[2] for item in answer.get("Contents", ()))
            if not answer.get("IsTruncated"):
                return
            token = {"ContinuationToken": answer["NextContinuationToken"]}

    def _key(self, digest: str) -> str:
        return f"{self._prefix}/{digest}" if self._prefix else digest

    def _ask(self, done: str, operation: str, **arguments: object) -> Any:  # noqa: ANN401 - each operation has its own
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, operation)(Bucket=self._bucket, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise _failed(done, self._where, type(error).__name__) from error


def _client(endpoint: str | None) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        do = "pip install 'prism-gate[s3]'"
        what = "blobs are in S3, and its client is not installed"
        raise StoreError(what, do=do, code="store-place-unavailable") from error
    settings = Config(connect_timeout=10, read_timeout=30, retries={"max_attempts": 3})
    return boto3.client("s3", endpoint_url=endpoint, config=settings)


def _failed(done: str, where: str, why: str | None) -> StoreError:
    do = "see that the place of the blobs is there, has space and lets PRISM write; nothing was lost"
    return StoreError(f"a blob cannot be {done} ({why})", where=where, do=do, code="store-place-unavailable")


def _sync(folder: Path) -> None:
    """Have a rename survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
