"""One plugin tried on many projects in a process of its own, which tells what it saw.

A plugin that hangs, crashes, prints or ends the process does so here. The process that asked reads a line for each
project that is begun and one for each that is over, so that it knows in which one the probe died.
"""

import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import msgspec

from prism.conformance.odd_projects import Files
from prism.conformance.subject import PluginUnderTest

BOOT: Final = "import sys; sys.path[:] = sys.argv[2:]; from prism.conformance.probe import main; main(int(sys.argv[1]))"
SILENCE_SECONDS: Final = 60.0
"""By the clock, what one project may take beyond its processor time; only what sleeps or waits comes to that."""
KEPT_OUTPUT: Final = 200


class Seen(msgspec.Struct, kw_only=True, tag="seen"):
    """What a plugin did with one project."""

    project: str
    answers: dict[str, str] = msgspec.field(default_factory=dict)
    """By hook, what it returned, as JSON."""
    failures: dict[str, str] = msgspec.field(default_factory=dict)
    """By hook, why it failed."""
    strays: tuple[str, ...] = ()
    """Findings that point at a place that the project does not have."""
    changed: tuple[str, ...] = ()
    """Which of its arguments it changed."""
    printed: str = ""
    """The beginning of what reached the standard output."""
    cpu_seconds: float = 0.0


class Begun(msgspec.Struct, kw_only=True, tag="begun"):
    """A project that the plugin is about to see; no name while the plugin is being loaded."""

    project: str


class Broken(msgspec.Struct, kw_only=True, tag="broken"):
    """The probe ended early: why, and with which project."""

    project: str
    why: str


class Job(msgspec.Struct, kw_only=True):
    """What a probe is asked to do."""

    plugin: PluginUnderTest
    projects: dict[str, dict[str, bytes]]
    cpu_seconds: float


def probe(
    plugin: PluginUnderTest, projects: Mapping[str, Files], *, cpu_seconds: float, hash_seed: int
) -> Iterator[Seen | Broken]:
    """What a plugin does with each project, in a process with the given hash seed.

    Args:
        plugin: which one.
        projects: files by the project's name.
        cpu_seconds: processor time that it may take for one project; more ends the probe.
        hash_seed: decides in which order Python walks through sets of texts.
    """
    ours, theirs = os.pipe()
    job = Job(plugin=plugin, projects={name: dict(files) for name, files in projects.items()}, cpu_seconds=cpu_seconds)
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": str(hash_seed)}
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as printed, os.fdopen(ours, "rb") as words:
        given.write(msgspec.json.encode(job))
        given.seek(0)
        with subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-s", "-P", "-B", "-c", BOOT, str(theirs), *map(os.path.abspath, sys.path)],
            stdin=given,
            stdout=printed,
            stderr=subprocess.DEVNULL,
            env=environment,
            pass_fds=[theirs],
            start_new_session=True,
        ) as process:
            os.close(theirs)
            try:
                yield from _heard(words, process, cpu_seconds)
            finally:
                with suppress(ProcessLookupError):  # with whatever the plugin has started
                    os.killpg(process.pid, signal.SIGKILL)


def _heard(words: IO[bytes], process: "subprocess.Popen[bytes]", cpu_seconds: float) -> Iterator[Seen | Broken]:
    project, is_over = "", False
    while select.select([words], [], [], cpu_seconds + SILENCE_SECONDS)[0]:
        line = words.readline()
        if not line:
            is_over = process.wait() == 0
            break
        try:
            said = msgspec.json.decode(line, type=Seen | Begun | Broken)
        except msgspec.MsgspecError:
            yield Broken(project=project, why="it wrote to a descriptor that it was not given")
            return
        if isinstance(said, Begun):
            project = said.project
        else:
            yield said
    else:
        yield Broken(project=project, why=f"it did nothing for {cpu_seconds + SILENCE_SECONDS:g} s")
        return
    if not is_over:
        yield Broken(project=project, why=_end(process.returncode, cpu_seconds))


def _end(status: int, cpu_seconds: float) -> str:
    if status == -signal.SIGPROF:
        return f"it took more than {cpu_seconds:g} s of processor time"
    return f"its process died of {signal.Signals(-status).name}" if status < 0 else f"its process ended with {status}"


def main(descriptor: int) -> None:
    """Do the job on the standard input, and tell of it on an inherited descriptor."""
    from prism.conformance.trial import Trial
    from prism.errors import PluginError

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(descriptor, "wb", buffering=0) as words:

        def say(message: Seen | Begun | Broken) -> None:
            words.write(msgspec.json.encode(message) + b"\n")

        job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
        say(Begun(project=""))
        _limit(10 * job.cpu_seconds)
        try:
            trial = Trial(job.plugin)
        except PluginError as error:
            say(Broken(project="", why=error.what))
            return
        loading = Seen(project="", printed=_printed(0))
        say(loading)
        for name, files in job.projects.items():
            say(Begun(project=name))
            _limit(job.cpu_seconds)
            began, before = time.process_time(), _written()
            seen = trial.on(name, files)
            seen.cpu_seconds, seen.printed = time.process_time() - began, _printed(before)
            say(seen)
        _limit(0)


def _limit(seconds: float) -> None:
    """End the process when it has had so much processor time from now on; nothing that it catches."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _written() -> int:
    sys.stdout.flush()
    return os.fstat(1).st_size


def _printed(since: int) -> str:
    """The beginning of what reached the standard output since it was so large."""
    if _written() <= since:
        return ""
    with Path("/dev/stdout").open("rb") as output:
        output.seek(since)
        return output.read(KEPT_OUTPUT).decode("utf-8", "replace")
