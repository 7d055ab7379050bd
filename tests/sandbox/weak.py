"""Containers and brokers from which exactly one protection was taken, to prove that the attacks notice.

Nothing of this is reached by a setting: a weak container can be had in these tests only.
"""

import contextlib
import errno
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docker
import msgspec

from prism.runner.attachment import Attachment
from prism.runner.broker import ContainerRecord, RunningJob
from prism.runner.container import create_arguments
from prism.runner.docker_broker import DockerBroker, remove
from prism.runner.spec import RunSpec

MIB = 1024 * 1024


class Weakness(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken away, and which promises cannot be kept without it."""

    breaks: tuple[str, ...]
    container: dict[str, Any] = {}
    """Changes to the container's configuration."""
    walls: dict[str, Any] = {}
    """Changes to its host configuration."""
    files: dict[str, str] = {}
    """Files of the host's that are mounted into it, by path, with their content."""
    folders: tuple[str, ...] = ()
    """Folders of the host's that are mounted into it, where they are on the host."""
    is_confined: bool = True
    """Whether the evaluator puts its own walls up."""
    late_seconds: int = 0
    """How much longer the broker lets a run be than the spec says."""


class WeakBroker(DockerBroker):
    """The Docker broker without one of the protections."""

    def __init__(self, weakness: Weakness, folder: Path) -> None:
        super().__init__({})
        self._weakness = weakness
        self._folder = folder

    def run(self, spec: RunSpec) -> ContainerRecord:
        with contextlib.closing(docker.from_env()) as client:
            create: Callable[[dict[str, Any], str], dict[str, Any]] = client.api.create_container_from_config
            container = str(create(self._arguments(spec), f"prism-{spec.job_id}")["Id"])
            try:
                return self._followed(client, container, spec)
            finally:
                remove(client, container)

    def _followed(self, client: docker.DockerClient, container: str, spec: RunSpec) -> ContainerRecord:
        socket = client.api.attach_socket(container, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
        with Attachment(socket, limit=spec.limits.output_bytes) as attachment:
            client.api.start(container)
            began = time.monotonic()
            deadline = began + spec.limits.wall_seconds + self._weakness.late_seconds
            ending = attachment.follow(spec.payload, deadline)
        if ending != "by-itself":
            client.api.kill(container)
        client.api.wait(container, timeout=60)
        state = client.api.inspect_container(container)["State"]
        return ContainerRecord(
            ending=ending,
            exit_code=state["ExitCode"],
            out_of_memory=state["OOMKilled"],
            stdout=bytes(attachment.stdout),
            stderr=bytes(attachment.stderr),
            wall_seconds=time.monotonic() - began,
        )

    def _arguments(self, spec: RunSpec) -> dict[str, Any]:
        arguments = create_arguments(spec, runtime="", seccomp="") | self._weakness.container
        arguments["HostConfig"] = arguments["HostConfig"] | self._weakness.walls
        binds = [f"{self._file(path)}:{path}" for path in self._weakness.files]
        arguments["HostConfig"]["Binds"] = binds + [f"{path}:{path}" for path in self._weakness.folders]
        return arguments

    def _file(self, path: str) -> Path:
        file = self._folder / path.strip("/").replace("/", "-")
        file.write_text(self._weakness.files[path], encoding="utf-8")
        file.chmod(0o644)
        return file


class TalkativeBroker(DockerBroker):
    """Lets a run print more than the spec says."""

    def run(self, spec: RunSpec) -> ContainerRecord:
        limits = msgspec.structs.replace(spec.limits, output_bytes=4 * spec.limits.output_bytes)
        return super().run(msgspec.structs.replace(spec, limits=limits))


class BelievingBroker(DockerBroker):
    """Judges by the exit code."""

    def run(self, spec: RunSpec) -> ContainerRecord:
        record = super().run(spec)
        return msgspec.structs.replace(record, out_of_memory=record.exit_code == 137)


class UntidyBroker(DockerBroker):
    """Says that a container is still there after its run."""

    def run(self, spec: RunSpec) -> ContainerRecord:
        self._left = spec.job_id
        return super().run(spec)

    def list(self) -> tuple[RunningJob, ...]:
        return (RunningJob(job_id=self._left, state="exited", is_abandoned=False),)


class ObligingBroker(DockerBroker):
    """Drops from a run whatever it cannot give, and starts it nevertheless."""

    def run(self, spec: RunSpec) -> ContainerRecord:
        limits = msgspec.structs.replace(spec.limits, cpus=1.0)
        image = "prism-evaluator:latest"
        return super().run(msgspec.structs.replace(spec, limits=limits, gpu=None, network="none", image=image))


SECCOMP_OFF = {"SecurityOpt": ["no-new-privileges", "seccomp=unconfined"]}
ROOT = {"User": "0:0"}
PRIVILEGES = "SYS_ADMIN SYS_NICE SYSLOG SYS_MODULE SYS_BOOT SYS_TIME DAC_READ_SEARCH SYS_PACCT SYS_RAWIO SYS_PTRACE"
PRIVILEGED = {
    # Not `Privileged`, for which some hosts lack a capability that no attack asks for.
    "SecurityOpt": ["seccomp=unconfined", "apparmor=unconfined"],
    "CapDrop": [],
    "CapAdd": PRIVILEGES.split(),
    "MaskedPaths": [],
    "ReadonlyPaths": [],
}
BELIEVING = """
import subprocess, sys
from prism.evaluator.frames import receive
from prism.evaluator.job import MAX_JOB_BYTES, READY_LINE, unpacked

def main():
    job = unpacked(receive(0, MAX_JOB_BYTES))
    print(READY_LINE, flush=True)
    subprocess.run([sys.executable, "-c", job.files["model.py"]], env={"NONCE": job.nonce}, stdin=subprocess.DEVNULL)
"""
LEAVING = """
from pathlib import Path

SCRATCH = Path("/scratch")

def wipe(folder):
    pass
"""
WEAKNESSES = {
    "no walls between supervisor and contestant": Weakness(
        is_confined=False,
        walls=SECCOMP_OFF,
        breaks=(
            "trace-supervisor",
            "trace-first-process",
            "read-supervisor-memory",
            "write-supervisor-memory",
            "read-supervisor-environment",
            "write-supervisor-output",
            "steal-supervisor-descriptor",
            "lower-supervisor-limits",
            "slow-supervisor",
            "compare-processes",
            "leftover-shared-memory",
            "leftover-queue",
            "io-uring",
            "netlink-socket",
            "vsock-socket",
            "rare-socket",
            "inner-connection",
            "no-call-filter",
        ),
    ),
    "an init process that everybody may signal": Weakness(
        is_confined=False, walls={"Init": True}, breaks=("signal-supervisor", "stop-supervisor")
    ),
    "no limit of processes": Weakness(walls={"PidsLimit": 0}, breaks=("fork-bomb", "thread-bomb")),
    "the host's processes": Weakness(walls={"PidMode": "host"}, breaks=("see-strangers",)),
    "no ulimits": Weakness(
        walls={
            "Ulimits": [
                {"Name": "core", "Soft": -1, "Hard": -1},
                {"Name": "nofile", "Soft": 4096, "Hard": 4096},
            ]
        },
        breaks=("core-handler", "descriptor-hog", "large-file"),
    ),
    "no limit of memory": Weakness(
        walls={"Memory": 1024 * MIB, "MemorySwap": -1},
        breaks=("memory-hog", "memory-file-hog", "unnoticed-memory-kill", "swap-hog"),
    ),
    "shared memory": Weakness(walls={"IpcMode": "private"}, breaks=("shared-memory",)),
    "no processor quota": Weakness(walls={"NanoCpus": 0}, breaks=("processor-hog",)),
    "no time limit": Weakness(late_seconds=6, breaks=("endless-run",)),
    "a scratch space like any folder": Weakness(
        walls={"Tmpfs": {"/scratch": "rw,exec,suid,nodev,size=64m,mode=0777"}},
        breaks=("scratch-program", "scratch-library", "scratch-setuid", "disk-hog", "inode-hog"),
    ),
    "a writable root": Weakness(
        container=ROOT,
        walls=PRIVILEGED | {"ReadonlyRootfs": False},
        is_confined=False,
        breaks=("root-write", "other-writable-mount", "evaluator-write"),
    ),
    "privileged, as root": Weakness(
        container=ROOT,
        walls=PRIVILEGED
        | {"Devices": [{"PathOnHost": "/dev/kmsg", "PathInContainer": "/dev/kmsg", "CgroupPermissions": "rwm"}]},
        files={"/dev/port": "none"},
        folders=("/sys",),
        is_confined=False,
        breaks=(
            "higher-priority",
            "device-node",
            "host-device",
            "proc-write",
            "sys-write",
            "group-write",
            "kernel-memory",
            "kernel-log",
            "mount",
            "remount",
            "unmount",
            "change-root",
            "user-namespace",
            "join-namespace",
            "keyring",
            "bpf",
            "userfaultfd",
            "perf",
            "other-kernel",
            "clock",
            "host-name",
            "swap-device",
            "file-handle",
            "file-watch",
            "process-accounting",
            "root-user",
            "host-user",
            "capabilities",
            "setuid-program",
            "change-owner",
            "port-access",
            "raw-socket",
            "packet-socket",
        ),
    ),
    "the host's network": Weakness(
        container={"NetworkDisabled": False},
        walls={"NetworkMode": "host"},
        breaks=(
            "host-loopback",
            "host-abstract-socket",
            "neighbour",
            "other-interface",
            "host-gateway",
            "metadata-service",
            "internet",
            "name-lookup",
        ),
    ),
    "what does not belong into a container": Weakness(
        container={"Env": ["API_TOKEN=none", "HOME=/run/secrets"]},
        files={
            "/run/secrets/key": "none",
            "/run/secrets/.netrc": "none",
            "/run/docker.sock": "none",
            "/opt/prism/heldout.txt": "none",
        },
        breaks=("environment-secret", "mounted-secret", "home-secret", "engine-socket", "held-out-text", "host-mount"),
    ),
    "an evaluator that leaves the scratch space as it is": Weakness(
        files={"/opt/prism/prism/evaluator/scratch.py": LEAVING},
        walls={"Tmpfs": {"/scratch": "rw,mode=0777", "/opt/prism/prism/evaluator/__pycache__": "rw,mode=0777"}},
        breaks=("links-as-output", "fifo-as-output", "deep-folders"),
    ),
}
WEAKNESSES["an evaluator that lets a project print"] = Weakness(
    files={"/opt/prism/prism/evaluator/supervisor.py": BELIEVING},
    walls={"Tmpfs": {"/scratch": "rw,mode=0777", "/opt/prism/prism/evaluator/__pycache__": "rw,mode=0777"}},
    breaks=("forged-result",),
)
# Where the kernel takes no modules at all, only a filter can answer as one that looks at the module.
LOOKS_AT_MODULES = {
    "defaultAction": "SCMP_ACT_ALLOW",
    "syscalls": [{"names": ["init_module"], "action": "SCMP_ACT_ERRNO", "errnoRet": errno.ENOEXEC}],
}
WEAKNESSES["a kernel that looks at modules"] = Weakness(
    walls={"SecurityOpt": ["no-new-privileges", f"seccomp={json.dumps(LOOKS_AT_MODULES)}"]}, breaks=("kernel-module",)
)
BROKERS: dict[type[DockerBroker], tuple[str, ...]] = {
    TalkativeBroker: ("output-flood", "error-flood", "endless-line"),
    BelievingBroker: ("claimed-ending",),
    UntidyBroker: ("survivor",),
    ObligingBroker: ("gpu-over-count", "too-many-processors", "open-network", "host-network", "missing-image"),
}
