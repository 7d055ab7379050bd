"""What a container's record says about the attacks that were made in it."""

import json
from collections.abc import Iterator

import msgspec

from prism.runner.broker import ContainerRecord, Ending
from prism.runner.spec import RunSpec
from prism.sandbox.attack import Pair, Probe, Program
from prism.sandbox.outcome import Outcome, PromiseRecord, broken, kept, untestable

LATE_SECONDS = 5.0
"""How late a container may end that has to be ended."""
_TOGETHER_SECONDS = 2.0


def answers(record: ContainerRecord, mark: str) -> Iterator[tuple[str, PromiseRecord]]:
    """The answers of probes by id, from the lines that begin with the mark."""
    for line in record.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith(f"{mark} "):
            answer = msgspec.convert(json.loads(line.removeprefix(mark)), PromiseRecord)
            yield answer.id, answer


def silent(probe: Probe, record: ContainerRecord) -> PromiseRecord:
    """What it means that an attack gave no answer."""
    seen = f"no answer; the container ended {record.ending} with exit code {record.exit_code}"
    last = record.stderr[-200:].decode("utf-8", "replace").strip()
    return PromiseRecord(id=probe.id, outcome=Outcome(probe.silence), detail=f"{seen} {last}".strip())


def problem(attack: Program, record: ContainerRecord, run: RunSpec) -> str:
    """What speaks against a program's promise; empty if nothing does."""
    expect, limits = attack.expect, run.limits
    if expect.ending not in (None, record.ending):
        return f"it ended {record.ending} (exit code {record.exit_code})"
    if expect.out_of_memory not in (None, record.out_of_memory):
        return f"out of memory: {record.out_of_memory}"
    if len(record.stdout) + len(record.stderr) > limits.output_bytes:
        return f"{len(record.stdout) + len(record.stderr)} bytes came back"
    if record.wall_seconds > limits.wall_seconds + LATE_SECONDS:
        return f"it took {record.wall_seconds:.1f} s"
    if expect.ending is None and record.ending is Ending.OUTPUT_LIMIT:
        return f"it ended {record.ending}"
    return ""


def pair_record(attack: Pair, said: list[list[bytes]]) -> PromiseRecord:
    """What two runs at a time said: when each began, and whether it reached the other."""
    if any(words[-1:] == [b"REACHED"] for words in said):
        return broken(attack, "one run reached the other")
    if any(words[-1:] != [b"ALONE"] or len(words) != 2 for words in said):  # noqa: PLR2004 - when it began, and its answer
        return untestable(attack, "one of the two runs did not come to its end")
    apart = abs(float(said[0][0]) - float(said[1][0]))
    if apart > _TOGETHER_SECONDS:
        return untestable(attack, f"the two runs began {apart:.1f} s apart")
    return kept(attack)
