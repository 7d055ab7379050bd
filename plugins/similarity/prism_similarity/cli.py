"""``prism compare`` and ``prism similarity``: comparing by hand, and finding the thresholds of a competition."""

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from prism.cli import rendering
from prism.cli.options import OutputOption, PolicyOption
from prism.errors import PrismError, UsageError

if TYPE_CHECKING:
    from prism.gate import Gate
    from prism.store import Store
    from prism_similarity.inquiry import Answer

PLUGIN = "similarity"


class CompareFormat(enum.StrEnum):
    """How a comparison is shown."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


Queries = Annotated[
    list[Path],
    typer.Argument(metavar="QUERY", help="Projects: folders, ZIP archives or Python files.", show_default=False),
]
StoreToAsk = Annotated[
    str | None, typer.Option("--store", metavar="FILE|URL", help="Compare with the submissions in this store.")
]
FolderToAsk = Annotated[
    Path | None,
    typer.Option("--corpus", metavar="DIR", help="Compare with the sub-folders and files of this folder instead."),
]
FormatToUse = Annotated[CompareFormat, typer.Option("--format", "-f", help="For people, programs or browsers.")]
Hotkey = Annotated[str, typer.Option("--hotkey", metavar="NAME", help="Who hands the projects in.")]
Names = Annotated[bool, typer.Option("--names", help="Show in HTML who handed in the earlier submissions.")]


def add_commands(app: typer.Typer) -> None:
    """Add this plugin's commands to the command line."""
    app.command()(compare)
    similarity = typer.Typer(help="Look after the comparison with earlier submissions.")
    similarity.callback()(lambda: None)
    similarity.command()(calibrate)
    app.add_typer(similarity, name="similarity")


def compare(  # noqa: PLR0913, PLR0917 - a parameter is an option
    queries: Queries,
    store: StoreToAsk = None,
    corpus: FolderToAsk = None,
    policy: PolicyOption = "default",
    output_format: FormatToUse = CompareFormat.TEXT,
    output: OutputOption = None,
    hotkey: Hotkey = "",
    names: Names = False,
) -> None:
    """Show which earlier submissions explain a project, and where. Nothing is kept and nothing is decided."""
    from prism.cli.output_file import require_writable
    from prism.cli.sources import require_projects
    from prism.gate import Gate
    from prism_similarity.inquiry import Inquiry

    require_projects(queries)
    require_writable(output)
    if output_format is CompareFormat.HTML and len(queries) > 1:
        raise UsageError("a page is about one project", where="--format html", do="compare one project at a time")
    with Gate.from_policy(policy) as gate, _store(store, corpus, gate) as kept:
        inquiry = Inquiry(gate, kept, hotkey=hotkey)
        answers = []
        for query in queries:
            with rendering.doing(f"comparing {query}"):
                answers.append(inquiry.ask(query))
        rendering.result(_shown(answers, kept, output_format, names=names), output)


def _shown(answers: "list[Answer]", store: "Store", output_format: CompareFormat, *, names: bool) -> str:
    if output_format is CompareFormat.TEXT:
        from prism_similarity.text import text_of

        return "\n".join(text_of(answer) for answer in answers)
    if output_format is CompareFormat.HTML:
        from prism_similarity.page import page_of

        return page_of(answers[0], store, names=names)
    records = [answer.record() for answer in answers]
    data = msgspec.json.encode(records[0] if len(records) == 1 else records)
    return msgspec.json.format(data, indent=2).decode() + "\n"


@contextmanager
def _store(location: str | None, folder: Path | None, gate: "Gate") -> "Iterator[Store]":
    """The store to compare with: the one named, or the index of the folder."""
    from prism.store import open_store

    if (location is None) == (folder is None):
        raise UsageError("say what to compare with", where="prism compare", do="either --store or --corpus")
    if folder is None:
        with open_store(location, must_exist=True) as kept:
            yield kept
        return
    from prism_similarity.folder import bring_up_to_date, entries, place_of_index

    total = len(entries(folder))
    with open_store(str(place_of_index(folder, gate.effective.digest))) as kept, rendering.doing(f"indexing {total}"):
        for name, problem in bring_up_to_date(kept, folder, gate):
            rendering.error(
                PrismError(f"{name} is not compared with: {problem.what}", where=problem.where, do=problem.do)
            )
        yield kept


def calibrate(
    store: Annotated[str, typer.Option("--store", metavar="FILE|URL", help="The store to learn from.")] = "default",
    policy: PolicyOption = "default",
    false_holds: Annotated[
        float, typer.Option("--false-holds", min=0.0, max=1.0, help="Part of honest projects that may be held.")
    ] = 0.01,
    queries: Annotated[int, typer.Option("--queries", min=10, max=10_000, help="Submissions that are tried.")] = 200,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Draw the curve into this file.")] = None,
    output: OutputOption = None,
) -> None:
    """Propose thresholds from the store: how many honest projects each would hold, and how many copies it would find.

    Pairs by different authors are presumed honest. Copies are made of what is in the store, by rewriting its features.
    """
    from prism.cli.output_file import require_writable, write_whole
    from prism.gate import Gate
    from prism.store import open_store
    from prism_similarity.calibration import Calibration
    from prism_similarity.curve import svg_of, table_of

    require_writable(output)
    require_writable(svg)
    doing = rendering.doing("comparing what is in the store")
    with open_store(store, must_exist=True) as kept, Gate.from_policy(policy) as gate, doing:
        result = Calibration(gate, kept, queries).run(false_holds)
    if svg is not None:
        write_whole(svg, svg_of(result))
    rendering.result(table_of(result), output)
