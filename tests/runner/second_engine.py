"""A Docker engine of the test's own, which may be killed and run full; the one that everybody shares is left alone."""

import contextlib
import io
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from docker.client import DockerClient
from docker.errors import DockerException

PROGRAM = "sleep"
IMAGE = "prism-test-tiny"
_START_SECONDS = 60


class SecondEngine:
    """An engine in a folder; it holds one tiny image, whose only program sleeps."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.address = f"unix://{folder}/engine.sock"
        self._folder = folder
        self.data = data
        self._engine: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        with contextlib.closing(self.client()) as client:
            client.api.import_image_from_data(tiny_root(), repository=IMAGE)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def client(self) -> DockerClient:
        """A connection to it."""
        return DockerClient(base_url=self.address, timeout=30)

    def start(self) -> None:
        """Start it and wait until it answers; on a busy machine it gives its own parts up too soon, so try again."""
        give_up = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._engine is None or self._engine.poll() is not None:
                self._engine = self._launched()
            if time.monotonic() > give_up:
                raise AssertionError(f"the second engine did not start: {(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.1)

    def _launched(self) -> subprocess.Popen[bytes]:
        folders = {"data-root": self.data, "exec-root": self._folder / "exec", "pidfile": self._folder / "pid"}
        options = [f"--{name}={path}" for name, path in folders.items()]
        alone = ["--bridge=none", "--iptables=false", "--ip-masq=false", "--storage-driver=vfs"]
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                ["dockerd", f"--host={self.address}", *options, *alone],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as door:  # the SDK would leave one open when nobody answers
                door.connect(self.address.removeprefix("unix://"))
            with contextlib.closing(self.client()) as client:
                return bool(client.ping())
        except (DockerException, OSError):
            return False

    def kill(self) -> None:
        """End the engine as a crash would; what it has started runs on."""
        assert self._engine
        self._engine.kill()
        self._engine.wait()
        daemon = (self._folder / "exec" / "containerd" / "containerd.pid").read_text()
        give_up = time.monotonic() + _START_SECONDS
        while Path("/proc", daemon).exists() and time.monotonic() < give_up:  # it goes with the engine, a little later
            time.sleep(0.05)

    def stop(self) -> None:
        """End the engine and all its containers."""
        assert self._engine
        self._engine.terminate()
        self._engine.wait(timeout=60)


def tiny_root() -> bytes:
    """A root file system, as a tar archive, that holds one program of this machine and what it is linked with."""
    program = shutil.which(PROGRAM)
    assert program
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    paths = [program, *(word for word in listed.split() if word.startswith("/"))]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for folder in dict.fromkeys(str(parent)[1:] for path in paths for parent in reversed(Path(path).parents[:-1])):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        for path in paths:
            archive.add(os.path.realpath(path), arcname=path)
    return buffer.getvalue()


@contextlib.contextmanager
def second_engine(*, disk_bytes: int = 0) -> Iterator[SecondEngine]:
    """A running engine of one's own, for the length of the context.

    Args:
        disk_bytes: the size of its disk, which is then one in memory; 0 is the folder's own.
    """
    if os.geteuid() != 0 or shutil.which("dockerd") is None:
        pytest.skip("only root can start a second Docker engine, and dockerd must be installed")
    # Short, unlike a test's own folder: below it stand sockets, whose paths have little room.
    with tempfile.TemporaryDirectory(prefix="prism-", ignore_cleanup_errors=True) as folder:
        data = Path(folder, "data")
        data.mkdir()
        kind = ["-t", "tmpfs", "-o", f"size={disk_bytes}", "tmpfs"] if disk_bytes else ["--bind", str(data)]
        subprocess.run(["mount", *kind, str(data)], check=True)
        try:
            with SecondEngine(Path(folder), data) as engine:
                yield engine
        finally:
            subprocess.run(["umount", "--recursive", "--lazy", str(data)], check=True)
