"""The request for a run: every field of the spec is in it, in the broker's own words."""

import base64
import gzip
import io
import tarfile
from typing import Any

from prism.policy.model import GpuChoice, RunLimits
from prism.runner.platform.request import run_request
from prism.runner.spec import RunSpec

LIMITS = RunLimits(
    cpus=0.5,
    memory_bytes=100_000_000,
    swap_bytes=1_000_000,
    pids=17,
    open_files=33,
    file_bytes=44,
    scratch_bytes=5_000_000,
    scratch_files=77,
    wall_seconds=30,
)


def spec(**parts: object) -> RunSpec:
    whole: dict[str, Any] = {"job_id": "job-1", "image": "image:1", "user": "1000:1001", "network": "none"}
    return RunSpec(**(whole | {"limits": LIMITS} | parts))


def test_every_limit_is_in_the_request() -> None:
    request = run_request(spec(gpu=GpuChoice(count=2)))

    assert request["limits"] == {
        "cpus": 0.5,
        "memory": "100000000",
        "memory_swap": "101000000",
        "pids_limit": 17,
        "gpu_count": 2,
        "network": "none",
        "read_only": True,
        "user": "1000:1001",
        "tmpfs": [
            "/scratch:rw,noexec,nosuid,nodev,size=5000000,nr_inodes=77,mode=0700,uid=1000,gid=1001",
            "/dev/mqueue:ro,noexec,nosuid,nodev,size=4k",
            "/dev/shm:ro,noexec,nosuid,nodev,size=4k",
        ],
        "ulimits": ["nofile=33:33", "fsize=44:44", "core=1:1"],
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "init": True,
    }
    assert (request["job_id"], request["image"], request["timeout_seconds"]) == ("job-1", "image:1", 30)
    assert request["env"] == {}


def test_no_gpu_is_null_and_never_zero() -> None:
    assert run_request(spec())["limits"]["gpu_count"] is None


def test_a_payload_is_one_plain_file_that_the_command_reads_as_its_input() -> None:
    request = run_request(spec(command=("program", "argument"), payload=b"held-out"))
    (mount,) = request["mounts"]
    data = base64.b64decode(mount.pop("archive_b64"), validate=True)
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(data))) as archive:
        (member,) = archive.getmembers()
        content = archive.extractfile(member)
        assert content is not None
        assert content.read() == b"held-out"

    assert mount == {"target": "/prism-job", "read_only": True, "source_type": "file", "source_name": "job"}
    assert (member.name, member.isfile(), member.mode & 0o004) == ("job", True, 0o004)
    assert request["command"] == ["/bin/sh", "-c", 'exec "$@" </prism-job', "sh", "program", "argument"]


def test_without_a_payload_nothing_is_mounted() -> None:
    request = run_request(spec(command=("program",)))

    assert (request["mounts"], request["command"]) == ([], ["program"])
