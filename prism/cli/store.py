"""``prism store``: whether the store is whole, and where it keeps its blobs."""

from typing import Annotated

import typer

from prism.cli import rendering
from prism.cli.options import ListFormat, ListFormatOption, StoreOption
from prism.errors import EXIT_INTERNAL

MICROSECONDS_A_DAY = 86_400_000_000
store_app = typer.Typer(help="Look after the store itself.")


@store_app.callback()
def _group() -> None:
    """Look after the store itself."""


@store_app.command()
def check(store: StoreOption = "default", output_format: ListFormatOption = ListFormat.TEXT) -> None:
    """Read everything in the store and name what is damaged, with the submissions it belongs to.

    The exit code: 0 all is whole, 70 something is damaged.
    """
    from prism.report.json_format import encode
    from prism.store import open_store
    from prism.store.check import check as examine

    with open_store(store, must_exist=True) as kept, rendering.doing("checking the store"):
        problems = examine(kept)
    if output_format is ListFormat.JSON:
        rendering.data(encode([{"where": each.where, "what": each.what, "do": each.do} for each in problems]))
    else:
        rendering.data("".join(_text(each.where, each.what, each.do) for each in problems) or "the store is whole\n")
    if problems:
        raise typer.Exit(EXIT_INTERNAL)


def _text(where: str, what: str, do: str) -> str:
    from prism.report.escape import shorten

    return f"{shorten(what, 500)}\n  where: {shorten(where, 2000)}\n  do:    {shorten(do, 500)}\n"


@store_app.command()
def trim(
    days: Annotated[int, typer.Option("--older-than", metavar="DAYS", min=1, help="Keep what is younger.")],
    store: StoreOption = "default",
) -> None:
    """Forget what reviewers were answered, and what they spent, longer ago than so many days.

    What was forgotten is asked for again, and costs again, when the same code comes in.
    """
    from prism.store import open_store

    with open_store(store, must_exist=True) as kept:
        answers, accounts = kept.trim(before=kept.now() - days * MICROSECONDS_A_DAY)
    rendering.notice(f"{answers} answers and {accounts} accounts were forgotten")


@store_app.command()
def blobs(
    place: Annotated[str, typer.Argument(metavar="PLACE", help="An absolute folder, or s3://BUCKET/PREFIX.")],
    store: StoreOption = "default",
) -> None:
    """Keep the contents of files in a folder or an S3 bucket from now on, instead of in the database."""
    from prism.store import open_store

    with open_store(store) as kept:
        kept.put_blobs_in(place)
    rendering.notice("new blobs go there")
