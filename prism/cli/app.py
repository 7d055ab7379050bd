"""Where the ``prism`` command begins and ends: every way out has its exit code, and none shows a traceback.

Nothing heavy is imported here, so that ``prism --version`` costs little more than starting Python.
"""

import atexit
import gc
import os
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    import typer

    from prism.cli.plain_call import ReviewCall
    from prism.guard.launch import Launched

EXIT_INTERRUPTED = 130
IMPORTED_OBJECTS = 20_000
"""New objects before the collector looks for garbage: what a command imports is none."""


def main() -> None:
    """Run the command line of this process and end with its exit code."""
    code = 1

    def leave() -> None:
        # What the interpreter would now take apart piece by piece, the end of the process frees at once.
        with suppress(OSError, ValueError):  # then the interpreter says what is wrong with them
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.flush()
            os._exit(code)

    atexit.register(leave)  # the first to be registered is the last to be called
    code = run(sys.argv[1:])
    _leave_in_time(leave)
    sys.exit(code)


def _leave_in_time(leave: "Callable[[], None]") -> None:
    """Have the process end although something that a plugin has left to be done at its end never comes back."""
    failure = sys.modules.get("prism.plugin_failure")
    if failure is None:  # no plugin was loaded
        return
    from threading import Timer

    timer = Timer(failure.loading_seconds(), leave)
    timer.daemon = True
    timer.start()


def run(arguments: list[str]) -> int:
    """The exit code of one command line (see ``docs/reference/exit-codes.md``)."""
    gc.set_threshold(IMPORTED_OBJECTS)
    launched = None
    try:
        launched = _launched_ahead(arguments)
        return _run(arguments, launched)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    finally:
        if launched is not None:
            launched.end()


def _launched_ahead(arguments: list[str]) -> "Launched | None":
    """The guarded process of a review, launched before anything else is imported, so that both import at a time."""
    if arguments[:1] != ["review"] or "--help" in arguments:
        return None
    from prism.guard.launch import launch

    try:
        return launch()
    except OSError:  # whoever needs it will try once more, and say what is missing
        return None


def _run(arguments: list[str], launched: "Launched | None") -> int:
    from prism.cli import rendering

    try:
        if arguments == ["--version"]:
            return _version()
        return _dispatch(arguments, launched)
    except rendering.OutputClosedError:
        return rendering.EXIT_OUTPUT_CLOSED
    except Exception as error:  # noqa: BLE001 - the last line of defence: any bug ends here, without a traceback
        return _failure(error)


def _version() -> int:
    from prism import __version__
    from prism.cli import rendering

    rendering.data(f"prism {__version__}\n")
    return 0


def _dispatch(arguments: list[str], launched: "Launched | None") -> int:
    from prism.cli.plain_call import plain_review

    call = plain_review(arguments)
    return _review(call, launched) if call else _any_command(arguments)


def _review(call: "ReviewCall", launched: "Launched | None") -> int:
    from prism.cli import rendering
    from prism.cli.reviewing import review_projects

    with rendering.undisturbed():
        return review_projects(call, launched)


def _any_command(arguments: list[str]) -> int:
    import typer

    from prism.cli.root import command_for
    from prism.errors import UsageError

    if "" in arguments:  # it would mean the current folder, which nobody named
        raise UsageError("an argument is empty", where="prism", do="check the variable that it comes from")
    try:
        # With no arguments a shell script has lost its own: help, and an exit code that nobody takes for approval.
        outcome = command_for(arguments).main(arguments or ["--help"], prog_name="prism", standalone_mode=False)
    except typer.TyperException as error:
        return _usage(error)
    except typer.Abort:
        raise KeyboardInterrupt from None
    code = outcome if isinstance(outcome, int) else 0
    return code if arguments else 2


def _usage(error: "typer.TyperException") -> int:
    from prism.cli import rendering
    from prism.errors import UsageError

    context = getattr(error, "ctx", None)
    command = context.command_path if context else "prism"
    rendering.error(
        UsageError(error.format_message().strip().rstrip("."), where=command, do=f"see what it takes: {command} --help")
    )
    return UsageError.exit_code


def _failure(error: Exception) -> int:
    from prism.cli import rendering
    from prism.cli.crash import missing_extra, report_crash
    from prism.errors import PrismError

    told = error if isinstance(error, PrismError) else missing_extra(error)
    if told is None:
        return report_crash(error)
    rendering.error(told)
    return told.exit_code
