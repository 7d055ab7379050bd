"""A server that follows the published protocol of Platform's broker strictly, and drives the real engine.

It refuses whatever that broker refuses, and can be told to misbehave in the ways that brokers and networks do. It
starts containers as that broker does: with the engine's command line, an init, and mounts made of unpacked archives.
"""

import base64
import contextlib
import io
import json
import re
import subprocess
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

TOKEN, SLUG, IMAGES = "broker-token", "prism", ("prism-evaluator:",)
JOB_LABEL = "platform.job"
_LOG_BYTES = 64_000
_RUN = "/v1/docker/run"


class Refusal(Exception):  # noqa: N818 - what it answers with
    """A request that the broker refuses."""

    def __init__(self, status: int, detail: object) -> None:
        super().__init__(str(detail))
        self.status, self.detail = status, detail


class Mount(msgspec.Struct, forbid_unknown_fields=True):
    target: Annotated[str, Meta(min_length=1)]
    archive_b64: Annotated[str, Meta(min_length=1)]
    read_only: bool = True
    source_type: str = "directory"
    source_name: str = "."


class Limits(msgspec.Struct, forbid_unknown_fields=True):
    cpus: Annotated[float, Meta(gt=0)]
    memory: Annotated[str, Meta(pattern="^[0-9]+[bkmg]?$")]
    memory_swap: Annotated[str, Meta(pattern="^[0-9]+[bkmg]?$")]
    pids_limit: Annotated[int, Meta(ge=1)]
    gpu_count: Annotated[int, Meta(ge=1)] | None
    network: str
    read_only: bool
    user: str | None
    tmpfs: list[str]
    ulimits: list[str]
    cap_drop: list[str]
    security_opt: list[str]
    init: bool


class RunRequest(msgspec.Struct, forbid_unknown_fields=True):
    job_id: Annotated[str, Meta(min_length=1, max_length=128)]
    image: Annotated[str, Meta(min_length=1, max_length=255)]
    command: Annotated[list[str], Meta(min_length=1)]
    limits: Limits
    timeout_seconds: Annotated[int, Meta(ge=1, le=86_400)]
    task_id: str | None = None
    workdir: str | None = None
    env: dict[str, str] = {}
    labels: dict[str, str] = {}
    mounts: list[Mount] = []


class Job(msgspec.Struct, forbid_unknown_fields=True):
    job_id: Annotated[str, Meta(min_length=1, max_length=128)]


class Filter(msgspec.Struct, forbid_unknown_fields=True):
    job_id: Annotated[str, Meta(max_length=128)] | None = None


Fault = Literal[
    "",
    "500",
    "503",
    "hang",
    "drop",
    "half",
    "redirect",
    "no-json",
    "other-form",
    "huge",
    "engine",
    "busy",
    "403",
    "413",
]


class PlatformServer(ThreadingHTTPServer):
    """The broker; ``fault`` is how ``/v1/docker/run`` misbehaves, ``seen`` the requests that passed its checks, and
    ``loosened`` the limits that it silently replaces.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fault: Fault = ""
        self.busy = 0
        self.engine_says, self.engine_code = "", 125
        self.loosened: dict[str, Any] = {}
        self.generation = "Platform"
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def paths(self) -> list[str]:
        return [path.rpartition("/")[2] for path, _ in self.seen]


class _Handler(BaseHTTPRequestHandler):
    server: PlatformServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Print nothing."""

    def do_POST(self) -> None:
        try:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._authenticate()
            self.server.seen.append((self.path, json.loads(body)))
            if self.path == _RUN and self._misbehaves():
                return
            self._answer(200, _run(body, self.server.loosened) if self.path == _RUN else _ANSWERS[self.path](body))
        except Refusal as refusal:
            self._answer(refusal.status, {"detail": refusal.detail})
        except msgspec.ValidationError as error:
            self._answer(422, {"detail": [{"loc": ["body"], "msg": str(error), "type": "value_error"}]})
        except KeyError:
            self._answer(404, {"detail": "Not Found"})

    def _authenticate(self) -> None:
        slug = self.headers.get(f"X-{self.server.generation}-Challenge-Slug")
        if not slug:
            raise Refusal(400, "missing challenge slug")
        if slug != SLUG or self.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise Refusal(401, "invalid broker token")

    def _misbehaves(self) -> bool:
        fault = self.server.fault
        self._refuse(fault)
        if fault in ("500", "503"):
            self._answer(int(fault), {"detail": "Internal Server Error"})
        elif fault == "redirect":
            self.send_response(307)
            self.send_header("Location", f"{self.server.url}/v1/docker/list")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif fault == "hang":
            self.server.released.wait(60)
        elif fault == "half":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"{")
        elif fault == "no-json":
            self._send(200, b"<html>")
        elif fault == "other-form":
            self._answer(
                200, {"container_name": "x", "stdout": "", "stderr": "", "returncode": "0", "timed_out": False}
            )
        elif fault == "engine":
            answer = {"container_name": "x", "stdout": "", "timed_out": False}
            self._answer(200, answer | {"stderr": self.server.engine_says, "returncode": self.server.engine_code})
        elif fault == "huge":
            self._send(200, b" " * 5_000_000)
        elif fault != "drop":
            return False
        self.close_connection = True
        return True

    def _refuse(self, fault: Fault) -> None:
        if fault == "busy" and self.server.busy > 0:
            self.server.busy -= 1
            raise Refusal(429, "too many containers under way")
        if fault in ("403", "413"):
            raise Refusal(int(fault), "\x1b[2Jnot for you")

    def _answer(self, status: int, document: object) -> None:
        self._send(status, json.dumps(document).encode())

    def _send(self, status: int, content: bytes) -> None:
        with contextlib.suppress(ConnectionError):  # the client may have had enough
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)


def _run(body: bytes, loosened: dict[str, Any]) -> dict[str, Any]:
    request = msgspec.json.decode(body, type=RunRequest)
    _check(request)
    request.limits = msgspec.structs.replace(request.limits, **loosened)
    with tempfile.TemporaryDirectory() as workspace:
        mounts = [
            argument
            for index, mount in enumerate(request.mounts)
            for argument in ("-v", _volume(Path(workspace) / f"mount-{index}", mount))
        ]
        return _executed(request, mounts)


def _check(request: RunRequest) -> None:
    limits = request.limits
    if not re.match(r"^[a-zA-Z0-9][a-zA-Z0-9./_:@+-]{0,254}$", request.image):
        raise Refusal(400, f"unsafe Docker image reference: {request.image!r}")
    if not request.image.startswith(IMAGES):
        raise Refusal(400, f"Docker image is not allowed: {request.image}")
    if not limits.read_only:
        raise Refusal(400, "a read-only root filesystem is required")
    if not limits.init:
        raise Refusal(400, "an init is required")
    if "ALL" not in limits.cap_drop:
        raise Refusal(400, "all capabilities must be dropped")
    if not any(option.startswith("no-new-privileges") for option in limits.security_opt):
        raise Refusal(400, "no-new-privileges is required")
    if limits.network not in ("none", "default") and not limits.network.startswith("platform_"):
        raise Refusal(400, "the network must be none, default or one of the platform's")


def _volume(root: Path, mount: Mount) -> str:
    root.mkdir()
    try:
        data = base64.b64decode(mount.archive_b64, validate=True)
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
                    raise Refusal(400, "unsafe mount archive")
            archive.extractall(root, filter="data")
    except (ValueError, OSError, tarfile.TarError) as error:
        raise Refusal(400, "invalid mount archive") from error
    source = {"directory": root, "file": root / mount.source_name}.get(mount.source_type)
    if source is None or not source.exists() or not source.resolve().is_relative_to(root.resolve()):
        raise Refusal(400, f"unsupported mount source: {mount.target}")
    return f"{source}:{mount.target}:{'ro' if mount.read_only else 'rw'}"


def _executed(request: RunRequest, mounts: list[str]) -> dict[str, Any]:
    name = f"platform-test-{time.monotonic_ns()}"
    try:
        done = subprocess.run(
            _command_line(name, request, mounts),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=request.timeout_seconds,
            check=False,
        )
        output, errors, code, is_late = done.stdout, done.stderr, done.returncode, False
    except subprocess.TimeoutExpired as late:
        output, errors, code, is_late = late.stdout or b"", late.stderr or b"", 124, True
        docker("kill", name)
    docker("rm", "--force", name)
    return {
        "container_name": name,
        "stdout": output[-_LOG_BYTES:].decode(errors="replace"),
        "stderr": errors[-_LOG_BYTES:].decode(errors="replace"),
        "returncode": code,
        "timed_out": is_late,
    }


def _command_line(name: str, request: RunRequest, mounts: list[str]) -> list[str]:
    limits = request.limits
    line = ["docker", "run", "--name", name, "--init", "--network", limits.network]
    line += ["--read-only"] if limits.read_only else []
    line += ["--cpus", str(limits.cpus), "--memory", limits.memory, "--memory-swap", limits.memory_swap]
    line += ["--pids-limit", str(limits.pids_limit)]
    line += ["--gpus", str(limits.gpu_count)] if limits.gpu_count else []
    line += ["--user", limits.user] if limits.user else []
    line += ["--workdir", request.workdir] if request.workdir else []
    for option, values in (
        ("--tmpfs", limits.tmpfs),
        ("--ulimit", limits.ulimits),
        ("--cap-drop", limits.cap_drop),
        ("--security-opt", limits.security_opt),
        ("--env", [f"{key}={value}" for key, value in request.env.items()]),
        ("--label", [f"{key}={value}" for key, value in request.labels.items()]),
        ("--label", [f"{JOB_LABEL}={request.job_id}"]),
    ):
        line += [argument for value in values for argument in (option, value)]
    return [*line, *mounts, request.image, *request.command]


def _cleanup(body: bytes) -> dict[str, Any]:
    job = msgspec.json.decode(body, type=Job)
    for container in _found(job.job_id):
        docker("rm", "--force", container["ID"])
    return {"status": "ok"}


def _list(body: bytes) -> dict[str, Any]:
    wanted = msgspec.json.decode(body, type=Filter)
    return {
        "containers": [
            {
                "container_id": found["ID"],
                "container_name": found["Names"],
                "image": found["Image"],
                "status": found["Status"],
                "job_id": dict(label.partition("=")[::2] for label in found["Labels"].split(","))[JOB_LABEL],
                "task_id": None,
                "created": found["CreatedAt"],
                "labels": {},
            }
            for found in _found(wanted.job_id)
        ]
    }


def _found(job_id: str | None) -> list[dict[str, str]]:
    label = f"{JOB_LABEL}={job_id}" if job_id else JOB_LABEL
    lines = docker("ps", "--all", "--no-trunc", "--filter", f"label={label}", "--format", "{{json .}}").splitlines()
    return [json.loads(line) for line in lines]


def docker(*arguments: str) -> str:
    """What the engine's command line prints."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False).stdout


_ANSWERS = {"/v1/docker/cleanup": _cleanup, "/v1/docker/list": _list}


@contextlib.contextmanager
def platform_server() -> Iterator[PlatformServer]:
    """A running broker on a port of the loopback interface."""
    with PlatformServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
