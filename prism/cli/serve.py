"""``prism serve``: the service's API, with a worker beside it."""

import logging
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from prism.cli import rendering
from prism.cli.options import ListFormat, ListFormatOption, SettingsOption
from prism.errors import EXIT_REJECTED

if TYPE_CHECKING:
    from prism.service.dangers import Danger
    from prism.service.setting_sources import Effective

log = logging.getLogger(__name__)


def serve(
    settings: SettingsOption = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Only take in and answer; review nothing.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Print the settings in force and what is unsafe about them, and end.")
    ] = False,
    production: Annotated[bool, typer.Option("--production", help="Refuse to start when something is unsafe.")] = False,
    output_format: ListFormatOption = ListFormat.TEXT,
) -> None:
    """Run PRISM as a service: take submissions in, review them, and answer where they stand.

    Settings come from the environment (PRISM_...), from secret files, and from a TOML file.

    The exit code of --check: 0 nothing is unsafe, 1 something is, 2 the settings cannot be used.
    """
    from prism.cli.ending import ending_orderly
    from prism.service.companion import companion
    from prism.service.dangers import dangers
    from prism.service.logs import set_up_logs
    from prism.service.policy_in_force import PolicyInForce
    from prism.service.serving import serve as run_server
    from prism.service.setting_sources import read_settings
    from prism.service.telemetry.tracing import exporting

    effective = read_settings(file=settings)
    policy = PolicyInForce(effective.settings.policy)
    found = dangers(effective, policy) if check or production else ()
    if check:
        as_text = output_format is ListFormat.TEXT
        rendering.data(_text(effective, found) if as_text else _json(effective, found))
        raise typer.Exit(EXIT_REJECTED if found else 0)
    if production:
        _refuse(found)
    set_up_logs()
    for name in effective.unknown:
        log.warning("%s is no setting and has no effect", name)
    # Whoever ends a service with a signal wants it to end: that is no failure.
    with (
        suppress(KeyboardInterrupt),
        ending_orderly(),
        exporting(effective.settings.traces_url, "api"),
        nullcontext(_nobody) if no_worker else companion(settings) as told,
    ):
        run_server(effective.settings, policy, runs_here=not no_worker, told=told)


def _nobody() -> None:
    """Whom signals are passed on to where there is no worker."""


def _text(effective: "Effective", found: "tuple[Danger, ...]") -> str:
    """A table of the settings, then what is unsafe."""
    from prism.cli.table import table
    from prism.report.escape import shorten

    lines = [table([(name, shorten(value, 200) or "(empty)", source) for name, value, source in effective.shown()])]
    lines += [f"\nunknown variable: {name}: it has no effect\n" for name in effective.unknown]
    for each in found:
        lines.append(f"\nunsafe: {each.code}: {shorten(each.what, 500)}\n  do: {shorten(each.do, 500)}\n")
    return "".join([*lines, "" if found else "\nnothing is unsafe\n"])


def _json(effective: "Effective", found: "tuple[Danger, ...]") -> str:
    from prism.report.json_format import encode

    return encode(
        {
            "settings": {name: {"value": value, "source": source} for name, value, source in effective.shown()},
            "unknown_variables": list(effective.unknown),
            "unsafe": [each._asdict() for each in found],
        }
    )


def _refuse(found: "tuple[Danger, ...]") -> None:
    """Do nothing if nothing is unsafe."""
    from prism.errors import Problem
    from prism.service.dangers import UnsafeError

    if found:
        raise UnsafeError(
            "the service does not start, because its set-up is unsafe for production",
            where="prism serve --production",
            do="mend what is listed; prism serve --check shows it without starting",
            problems=tuple(Problem(where=each.code, what=each.what, do=each.do) for each in found),
        )
