"""Runs attacks inside the container, one process each, and tells which of them worked.

Standard input: a JSON list of ``{id, files: {path: hexadecimal digits}, event, part, holds}``. Standard output: a JSON
line for each case, ``{id, worked, error}``. This file is handed to the container as text: it needs nothing but torch.
"""

import builtins
import contextlib
import importlib
import json
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 20
SCRATCH = Path("/tmp/truth")
WORKED = b"worked\n"


@dataclass(frozen=True)
class Context:
    """What the evaluator hands to a project's functions."""

    sequence_length: int = 4
    batch_size: int = 1
    steps: int = 1
    seed: int = 0
    device: str = "cpu"


def main() -> None:
    """Run every case, after torch was imported once for all."""
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    with os.fdopen(os.dup(1), "w", buffering=1) as answers:
        asked = json.load(sys.stdin)
        silence = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silence, descriptor)
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        for case in asked:
            answers.write(json.dumps({"id": case["id"], **outcome(case)}) + "\n")


def outcome(case: dict[str, Any]) -> dict[str, Any]:
    """What became of one case, in a process of its own that is ended with all it started."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setpgid(0, 0)
            attempt(case, writing)
        finally:
            os._exit(0)
    os.close(writing)
    signal.signal(signal.SIGALRM, lambda *_: end(child))
    signal.alarm(SECONDS)
    told = first_line(reading)
    signal.alarm(0)
    end(child)
    os.waitpid(child, 0)
    os.close(reading)
    return {"worked": told == WORKED, "error": "" if told == WORKED else told.decode().strip()}


def first_line(reading: int) -> bytes:
    """What the child said, or that it said nothing."""
    told = b""
    while b"\n" not in told:
        piece = os.read(reading, 4096)
        if not piece:
            return told + b"ended without a word\n"
        told += piece
    return told[: told.index(b"\n") + 1]


def end(child: int) -> None:
    """End a case's process and whatever it started."""
    for stop in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError):
            stop(child, signal.SIGKILL)


def attempt(case: dict[str, Any], channel: int) -> None:
    """Use the project as the evaluator does, and say whether the proof came; else what went wrong, or nothing."""
    folder = SCRATCH / str(os.getpid())
    for path, digits in case["files"].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(bytes.fromhex(digits))
    sys.path.insert(0, str(folder))
    write, show = os.write, traceback.format_exception  # as they were before the case ran
    if case["event"]:
        sys.addaudithook(watcher(case["event"], case["part"], os.getpid(), lambda: write(channel, WORKED)))
    names: dict[str, Any] = {"sys": sys, "builtins": builtins, "torch": importlib.import_module("torch")}
    error = ""
    try:
        use(folder, names)
    except BaseException as raised:  # noqa: BLE001 - a case may raise anything once its work is done
        error = " | ".join(show(raised)[-2:])
    try:
        if case["holds"] and eval(case["holds"], names):  # noqa: S307 - the corpus wrote it
            write(channel, WORKED)
    except Exception as raised:  # noqa: BLE001 - a proof that fails is told as any other error
        error += repr(raised)
    write(channel, error.replace("\n", " ").encode() + b"\n")


def watcher(event: str, part: str, pid: int, tell: Callable[[], object]) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook that tells when the event comes in this process, with the part among its arguments."""

    def hook(name: str, arguments: tuple[Any, ...]) -> None:
        if name == event and os.getpid() == pid and part in repr(arguments):
            tell()

    return hook


def use(folder: Path, names: dict[str, Any]) -> None:
    """Import the project, build its model, run it, and let it save and load."""
    torch, ctx = names["torch"], Context()
    model = names["model"] = importlib.import_module("model")
    net = names["net"] = model.build_model(ctx)
    if hasattr(net, "embed"):
        names["out"] = net(torch.zeros(1, 4, dtype=torch.int64))
    checkpoint = folder / "run" / "checkpoint"
    checkpoint.mkdir(parents=True)
    for function in ("save_checkpoint", "load_checkpoint"):
        if hasattr(model, function):
            getattr(model, function)(net, checkpoint, ctx)


if __name__ == "__main__":
    main()
