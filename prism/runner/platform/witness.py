"""Which host, engine and image are behind Platform's broker, as its own containers tell: nobody else does.

Before a verification is trusted, a container is asked what it sees (``seen.py``). Every later run then begins with the
same look around, in its own container and before anything of a project is there, and goes no further if it sees
anything else: two hosts behind one address are two brokers.
"""

import secrets
from pathlib import Path

import msgspec

from prism.errors import RunnerError
from prism.policy.model import MIB, RunLimits
from prism.report.escape import shorten
from prism.runner.broker import ContainerRecord
from prism.runner.platform.seen import ELSEWHERE, digest_of
from prism.runner.spec import RunSpec

__all__ = ["asking", "digest_of", "guarded", "require_known", "seen"]

_LOOK = (Path(__file__).parent / "seen.py").read_text(encoding="utf-8")
_PYTHON = ("python3", "-I", "-c")
_USER = "65534:65534"
_LIMITS = RunLimits(wall_seconds=60, memory_bytes=256 * MIB, scratch_bytes=MIB, pids=16)
_NEEDED = ("kernel", "boot", "image_sha256")
_SHOWN = 300


def asking(image: str) -> RunSpec:
    """A run that looks around and says what it sees."""
    return RunSpec(
        job_id=f"identity-{secrets.token_hex(8)}",
        image=image,
        command=(*_PYTHON, _LOOK),
        user=_USER,
        network="none",
        limits=_LIMITS,
    )


def seen(record: ContainerRecord) -> dict[str, str]:
    """What a run that was asked has seen, by name.

    Raises:
        RunnerError: it did not say, or not enough of it to tell one host from another.
    """
    try:
        found = msgspec.json.decode(record.stdout, type=dict[str, str])
    except msgspec.DecodeError as error:
        raise _unknown(
            f"exit code {record.exit_code}, {shorten(record.stderr.decode(errors='replace'), _SHOWN)}"
        ) from error
    lacking = [name for name in _NEEDED if not found.get(name)]
    if lacking:
        raise _unknown(f"a container there does not see its host's {' and '.join(lacking)}")
    return found


def _unknown(why: str) -> RunnerError:
    return RunnerError(
        f"nothing tells which host and engine are behind Platform's broker: {why}",
        where="runner.image",
        do="build the image from the Dockerfile, or require nothing in runner.verification",
    )


def guarded(spec: RunSpec, known: str) -> RunSpec:
    """The same run, which goes no further than the first look around where it sees anything else than what is known."""
    first = ("/bin/sh", "-c", 'python3 -I -c "$0" "$1" </dev/null || exit; shift; exec "$@"', _LOOK, known)
    return msgspec.structs.replace(spec, command=(*first, *spec.command))


def require_known(record: ContainerRecord, spec: RunSpec) -> None:
    """Nothing, if the run was not ended by its look around.

    Raises:
        RunnerError: it saw another host, engine or image, or could not look around; nothing of a project has run.
    """
    if record.exit_code == ELSEWHERE and record.stdout.startswith(b'{"kernel": '):
        raise RunnerError(
            "Platform's broker has another host, engine or image than before: "
            + shorten(record.stdout.decode(errors="replace"), _SHOWN),
            where=f"job {spec.job_id}",
            do="keep one host behind the broker where promises are required, and verify it again after every change",
        )
