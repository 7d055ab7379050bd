"""The one module that prints: data to stdout, everything else to stderr, colour and progress only on a terminal."""

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from pathlib import Path

    from prism.errors import PrismError
    from prism.report.painting import Sheet

EXIT_OUTPUT_CLOSED = 141  # what a shell reports for a program that SIGPIPE ended
SHOWN_PROBLEMS = 100
TEXT_LIMIT = 2_000
NARROWEST = 40
"""Columns for which a text is made on a terminal that has fewer."""


class OutputClosedError(Exception):
    """Whoever read stdout has gone, as ``head`` does: there is nobody left to tell."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """A command of PRISM's own at work: plugins reach neither stdout nor the exit code.

    Raises:
        RuntimeError: a plugin tried to end the process.
    """
    try:
        with stdout_for_data():
            yield
    except SystemExit as error:
        raise RuntimeError("a plugin left in the middle of a command") from error


_stdout: list[TextIO | None] = []
"""The real stdout while it is kept for data."""


@contextmanager
def stdout_for_data() -> Iterator[None]:
    """Keep stdout for :func:`data`; what a plugin or its own programs print meanwhile goes to stderr."""
    with _kept_apart(sys.stdout) as stream:
        _stdout.append(stream)
        try:
            with _drain() as drain, redirect_stdout(drain):
                yield
        finally:
            _stdout.pop()


@contextmanager
def _kept_apart(stream: TextIO | None) -> Iterator[TextIO | None]:
    """The stream on a descriptor that nobody else knows, while its usual one is that of stderr."""
    if stream is None or not _writes_to(stream, 1):
        yield stream
        return
    stream.flush()
    kept = os.dup(1)
    with suppress(OSError):  # there is no stderr to send it to
        os.dup2(2, 1)
    with open(kept, "w", encoding=stream.encoding, errors=stream.errors) as apart:  # noqa: PTH123 - it has no name
        try:
            yield apart
        finally:
            os.dup2(kept, 1)


@contextmanager
def _drain() -> Iterator[TextIO | None]:
    """Leads to stderr and is another object: a plugin that closes what it takes for stdout closes nothing else."""
    stream = sys.stderr
    if stream is None or not _writes_to(stream, 2):
        yield stream
        return
    with open(2, "w", 1, stream.encoding, "backslashreplace", closefd=False) as drain:
        yield drain


def _writes_to(stream: TextIO, descriptor: int) -> bool:
    """Whether it is one of the streams that programs know by their descriptors."""
    try:
        return stream.fileno() == descriptor
    except (OSError, ValueError):  # it is no file
        return False


def data(text: str) -> None:
    """Write what was asked for to stdout.

    Raises:
        OutputClosedError: nobody reads stdout any more.
        UsageError: there is no stdout, or the disk behind it is full.
    """
    try:
        _write(_data_stream(), text)
    except BrokenPipeError as error:
        raise OutputClosedError from error
    except OSError as error:
        from prism.errors import UsageError

        raise UsageError(
            f"the result cannot be written: {error.strerror}", where="stdout", do="send it elsewhere, or use --output"
        ) from error


def result(text: str, output: "Path | None") -> None:
    """Write what was asked for to a file, whole or not at all, or to stdout when there is none.

    Raises:
        OutputClosedError: nobody reads stdout any more.
        UsageError: the file cannot be written.
    """
    if output is None:
        data(text)
        return
    from prism.cli.output_file import write_whole

    write_whole(output, text)


def notice(text: str) -> None:
    """Write one line for people to stderr; what it quotes is escaped."""
    from prism.report.escape import shorten

    _lines_to_stderr([shorten(text, TEXT_LIMIT)])


def error(problem: "PrismError") -> None:
    """Write to stderr what happened, where, and what to do, with every single problem of a document."""
    _lines_to_stderr(error_lines(problem))


def error_lines(problem: "PrismError") -> list[str]:
    """An error as lines of escaped text: its code and what happened, then where, what to do, and its problems."""
    from prism.report.escape import shorten

    lines = [f"{problem.code}: {shorten(problem.what, TEXT_LIMIT)}"]
    # A document with a single mistake need not be told twice.
    details = () if [each.what for each in problem.problems] == [problem.what] else problem.problems
    for each in details[:SHOWN_PROBLEMS]:
        lines.append(f"  {shorten(each.where, TEXT_LIMIT)}: {shorten(each.what, TEXT_LIMIT)}")
        lines += [f"    do: {shorten(each.do, TEXT_LIMIT)}"] if each.do else []
    hidden = len(details) - SHOWN_PROBLEMS
    lines += [f"  ... and {hidden} more problems"] if hidden > 0 else []
    lines += [f"  where: {shorten(problem.where, TEXT_LIMIT)}"] if problem.where else []
    lines += [f"  do:    {shorten(problem.do, TEXT_LIMIT)}"] if problem.do else []
    return lines


def traceback_of(exception: Exception) -> None:
    """Write a traceback to stderr, for whoever asked for it; an exception's text may quote a submission."""
    import traceback

    from prism.report.escape import escape

    _lines_to_stderr([escape(line) for line in "".join(traceback.format_exception(exception)).splitlines()])


@contextmanager
def doing(text: str) -> Iterator[None]:
    """Show on a terminal's stderr what is at work for as long as it is; silent otherwise."""
    status(text)
    try:
        yield
    finally:
        status("")


def status(text: str) -> None:
    """Show one line on a terminal's stderr in place of the last; an empty one takes it away. Silent otherwise."""
    if is_watched():
        with suppress(OSError):
            _write(sys.stderr, f"\r\x1b[2K{fitting(text, max(10, columns() - 1))}")


def fitting(text: str, room: int) -> str:
    """The escaped text on one line of so many columns: a line that is wider cannot be taken away again."""
    from prism.report.escape import shorten
    from prism.report.excerpt import width

    shown = shorten(text, room)
    while width(shown) > room:
        shown = shown[:-1]
    return shown


def is_watched() -> bool:
    """Whether stderr is a terminal."""
    return _is_terminal(sys.stderr)


def columns() -> int:
    """How wide the terminal behind stderr is."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def is_colourful(output: "Path | None") -> bool:
    """Whether a result goes to a terminal that shows colours, and nobody asked for none (``NO_COLOR``)."""
    return (
        output is None
        and _is_terminal(_data_stream())
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "dumb") != "dumb"
    )


def sheet(output: "Path | None") -> "Sheet":
    """What a result for people is written on: the terminal that it goes to, or a page of a usual width."""
    from prism.report.painting import COLUMNS, Sheet

    return Sheet(columns=_columns(output) or COLUMNS, colour=is_colourful(output))


def _columns(output: "Path | None") -> int | None:
    """How wide the terminal is that a result goes to; ``None`` if it goes to none, or nobody knows."""
    stream = _data_stream()
    if output is not None or stream is None or not _is_terminal(stream):
        return None
    with suppress(OSError, ValueError):
        return max(os.get_terminal_size(stream.fileno()).columns, NARROWEST)
    return None


def _data_stream() -> TextIO | None:
    return _stdout[-1] if _stdout else sys.stdout


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _lines_to_stderr(lines: Sequence[str]) -> None:
    """Best effort: an error that cannot be shown must not hide the exit code."""
    with suppress(OSError):
        _write(sys.stderr, "".join(f"{line}\n" for line in lines))


def _write(stream: TextIO | None, text: str) -> None:
    """Write all of the text now; a terminal without UTF-8 gets code points instead of an exception.

    Raises:
        OSError: the stream was closed before PRISM began, or does not take the text.
    """
    if stream is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="backslashreplace")
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        # Python flushes its streams once more when it ends; there it must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise
