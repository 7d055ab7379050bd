"""``prism audit``: what was decided by whom, and whether the log of it is whole."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from prism.cli import rendering
from prism.cli.options import ListFormat, ListFormatOption, OutputOption, StoreOption
from prism.errors import EXIT_INTERNAL

if TYPE_CHECKING:
    from prism.service.queue import Queue

audit_app = typer.Typer(help="Verify and export the log of decisions.")


@audit_app.callback()
def _group() -> None:
    """Verify and export the log of decisions."""


@audit_app.command()
def verify(
    digest: Annotated[
        str, typer.Option("--digest", metavar="HEX", help="Digest of a decision, noted elsewhere, that must be there.")
    ] = "",
    store: StoreOption = "default",
    output_format: ListFormatOption = ListFormat.TEXT,
) -> None:
    """Read the whole log, and name whatever was changed, left out or cut off; also reviews that nobody decided on.

    The exit code: 0 the log is whole, 70 it is not.
    """
    from prism.report.json_format import encode
    from prism.service import audit
    from prism.store import open_store

    with open_store(store, must_exist=True) as kept, kept.database.reading() as connection:
        problems = list(audit.verify(connection, expected=digest))
    if output_format is ListFormat.JSON:
        rendering.data(encode([{"where": each.where, "what": each.what, "do": each.do} for each in problems]))
    else:
        lines = "".join(f"{each.where}: {each.what}\n  do: {each.do}\n" for each in problems)
        rendering.data(lines or "the log is whole\n")
    if problems:
        raise typer.Exit(EXIT_INTERNAL)


@audit_app.command()
def export(
    after: Annotated[int, typer.Option("--after", metavar="N", min=0, help="Only decisions after this number.")] = 0,
    store: StoreOption = "default",
    output: OutputOption = None,
) -> None:
    """Write the log as JSON lines, oldest decision first. Keep the last digest elsewhere, for `verify --digest`."""
    from prism.cli.output_file import require_writable
    from prism.service.queue import Queue
    from prism.store import open_store

    require_writable(output)
    with open_store(store, must_exist=True) as kept:
        rendering.result("".join(_lines(Queue(kept), after)), output)


def _lines(queue: "Queue", after: int) -> Iterator[str]:
    import msgspec

    from prism.report.escape import ascii_json

    while batch := queue.decisions(after=after):
        for decision in batch:
            yield ascii_json(msgspec.json.encode(decision)).decode() + "\n"
            after = decision.number
