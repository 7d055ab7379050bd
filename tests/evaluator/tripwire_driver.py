"""Runs in a container: each case as a project's ``model.py`` under the tripwire, in a process of its own.

Standard input: JSON, by the case's name its files. Standard output: JSON, by name what was observed and printed.
"""

import importlib
import json
import os
import shutil
import signal
import socket
import sys
import traceback
from pathlib import Path

sys.path.append("/opt/prism")  # where the image has the evaluator
from prism.evaluator.observation import MAX_MESSAGE_BYTES, Kind, Observations
from prism.evaluator.tripwire import arm

PROJECT, CHECKPOINT, TEMPORARY = (Path("/tmp") / name for name in ("project", "checkpoint", "temporary"))
CHANNEL = 9


def main() -> None:
    """Run every case."""
    sys.dont_write_bytecode = True
    cases = json.load(sys.stdin)
    with os.fdopen(os.dup(1), "w") as answers:
        answers.write(json.dumps({name: outcome(files) for name, files in cases.items()}))


def outcome(files: dict[str, str]) -> dict[str, object]:
    """What was observed and printed in one case."""
    for folder in (PROJECT, CHECKPOINT, TEMPORARY):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    for path, text in files.items():
        (PROJECT / path).parent.mkdir(exist_ok=True)
        (PROJECT / path).write_text(text)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        attempt(theirs.fileno(), writing)
    theirs.close()
    os.close(writing)
    observations = Observations()
    with ours:
        while message := ours.recv(MAX_MESSAGE_BYTES):
            observations.take(message)
    with os.fdopen(reading, errors="replace") as told:
        printed = told.read()
    os.waitpid(child, 0)
    observations.require_armed()
    if "IMPORTED" not in printed:
        observations.note(Kind.TRIPWIRE, "ended", "")
    return {"observed": observations.as_json(), "printed": printed[-2_000:]}


def attempt(channel: int, output: int) -> None:
    """Be the process of one case."""
    os.setpgid(0, 0)
    os.dup2(channel, CHANNEL)
    os.closerange(CHANNEL + 1, 100) if output < CHANNEL else None
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.alarm(20)
    write, leave, show = os.write, os._exit, traceback.format_exc  # as they were before the case ran
    sys.path.insert(0, str(PROJECT))
    arm(CHANNEL, project=PROJECT, checkpoint=CHECKPOINT, temporary=TEMPORARY, package="prism_submission")
    try:
        importlib.import_module("model")
    except BaseException:  # noqa: BLE001 - a case may raise anything once its work is done
        write(1, show().encode())
    write(1, b"IMPORTED")
    leave(0)


if __name__ == "__main__":
    main()
