"""``prism snapshots``: what was handed in earlier, and what it is compared with."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prism.cli import rendering
from prism.cli.options import ListFormat, ListFormatOption, PolicyOption, StoreOption
from prism.errors import EXIT_HELD, PrismError, UsageError

if TYPE_CHECKING:
    from prism.gate import Gate
    from prism.store import Store, SubmissionRow
    from prism.store.reindex import Reindexing

snapshots_app = typer.Typer(help="Look after the store of earlier submissions.")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH", help="Projects: folders or ZIP archives.", show_default=False)
]
Reference = Annotated[
    str,
    typer.Option(
        "--reference", metavar="NAME", help="Add to this reference set, which anybody may build on, as a new version."
    ),
]
HotkeyOption = Annotated[str, typer.Option("--hotkey", metavar="NAME", help="Who handed it in.")]
IdOption = Annotated[str, typer.Option("--id", metavar="ID", help="Its id; made up if left out.")]
MomentOption = Annotated[
    str, typer.Option("--received-at", metavar="TIME", help="When it was handed in, as 2026-01-31T12:00:00; now.")
]
SubmissionId = Annotated[str, typer.Argument(metavar="ID", help="A submission's id.")]


@snapshots_app.command()
def add(
    paths: Paths,
    store: StoreOption = "default",
    policy: PolicyOption = "default",
    reference: Reference = "",
    hotkey: HotkeyOption = "",
    id: IdOption = "",  # noqa: A002 - what it is called everywhere
    received_at: MomentOption = "",
) -> None:
    """Keep projects as earlier submissions without reviewing them, or as a reference set's."""
    from prism.cli.sources import require_projects
    from prism.gate import Gate
    from prism.store import open_store

    require_projects(paths)
    if reference and (hotkey or id or received_at):
        raise UsageError("what is in a reference set was handed in by nobody", where="--reference", do="leave it out")
    if id and len(paths) > 1:
        raise UsageError("one id for several projects", where="--id", do="add them one at a time")
    moment = microseconds(received_at) if received_at else None
    with open_store(store) as kept, Gate.from_policy(policy) as gate:
        if reference:
            _add_reference(kept, gate, paths, reference)
            return
        for path in paths:
            with rendering.doing(f"adding {path}"):
                snapshot, features = gate.features_of(path)
                row = kept.keep(snapshot, features, id=id, hotkey=hotkey, received_at=moment)
            rendering.data(f"{row.id}\n")


def _add_reference(store: "Store", gate: "Gate", paths: Iterable[Path], name: str) -> None:
    from prism.store.references import check_name

    check_name(name)
    made = []
    for path in paths:
        with rendering.doing(f"reading {path}"):
            made.append(gate.features_of(path))
    chosen = store.keep_reference(name, made)
    rendering.data(f"{chosen.name}@{chosen.version}\n")


@snapshots_app.command("list")
def list_snapshots(
    store: StoreOption = "default",
    hotkey: Annotated[
        str | None, typer.Option("--hotkey", metavar="NAME", help="Only what this one handed in.")
    ] = None,
    references: Annotated[bool, typer.Option("--references", help="The reference sets instead.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 1_000,
    output_format: ListFormatOption = ListFormat.TEXT,
) -> None:
    """List earlier submissions, newest first."""
    from prism.store import open_store

    with open_store(store, must_exist=True) as kept:
        if references:
            sets = kept.reference_sets()
            records = [{"name": name, "version": version, "snapshots": count} for name, version, count in sets]
        else:
            records = [record(each) for each in kept.submissions(hotkey=hotkey, limit=limit)]
    _show(records, output_format)


@snapshots_app.command()
def show(
    id: SubmissionId,  # noqa: A002 - what it is called everywhere
    store: StoreOption = "default",
    file: Annotated[str, typer.Option("--file", metavar="PATH", help="Print this file of it instead.")] = "",
    output_format: ListFormatOption = ListFormat.TEXT,
) -> None:
    """Show one earlier submission: who, when, and its files."""
    from prism.store import open_store

    with open_store(store, must_exist=True) as kept:
        if file:
            rendering.data(_file_text(kept, id, file))
            return
        row, files = kept.submission(id)
    listed = [{"path": each.path, "sha256": each.sha256, "size": each.size} for each in files]
    if output_format is ListFormat.JSON:
        _show({**record(row), "files": listed}, output_format)
    else:
        _show([record(row)], output_format)
        _show(listed, output_format)


def _file_text(store: "Store", submission: str, path: str) -> str:
    """A file of a submission as text that a terminal can be shown."""
    from prism.report.escape import escape

    contents = store.snapshot(submission).contents
    if path not in contents:
        do = f"see: prism snapshots show {submission}"
        raise UsageError(f"there is no file {path!r} in it", where=submission, do=do)
    text = contents[path].decode("utf-8", "backslashreplace")
    return "".join(f"{escape(line)}\n" for line in text.splitlines())


@snapshots_app.command()
def delete(
    store: StoreOption = "default",
    hotkey: Annotated[str | None, typer.Option("--hotkey", metavar="NAME", help="Everything of this one.")] = None,
    id: Annotated[str | None, typer.Option("--id", metavar="ID", help="This one.")] = None,  # noqa: A002 - as above
    before: Annotated[str | None, typer.Option("--before", metavar="TIME", help="What was handed in earlier.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; it cannot be undone.")] = False,
) -> None:
    """Delete submissions for good, with the sources that nobody else handed in."""
    from prism.store import open_store

    if [hotkey, id, before].count(None) != 2:  # noqa: PLR2004 - one of three
        raise UsageError("say what to delete", where="prism snapshots delete", do="--hotkey, --id or --before")
    if not yes:
        raise UsageError("this cannot be undone", where="prism snapshots delete", do="look at the list, then say --yes")
    moment = None if before is None else microseconds(before)
    with open_store(store, must_exist=True) as kept:
        count = kept.forget(hotkey=hotkey, id=id, before=moment)
    rendering.notice(f"{count} submissions were deleted")


@snapshots_app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What is written.")], store: StoreOption = "default"
) -> None:
    """Write all sources, and who handed them in, to one file that any store can import."""
    from prism.cli.output_file import replacing
    from prism.store import open_store
    from prism.store.transfer import export as write

    with open_store(store, must_exist=True) as kept, replacing(file, mode=0o600) as stream:
        count = write(kept, stream)
    rendering.notice(f"{count} submissions were exported")


@snapshots_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An exported store; it need not be trusted.")],
    store: StoreOption = "default",
    policy: PolicyOption = "default",
) -> None:
    """Add what an exported store holds, and index it."""
    from prism.gate import Gate
    from prism.store import open_store
    from prism.store.reindex import Reindexing
    from prism.store.transfer import import_

    with open_store(store) as kept, Gate.from_policy(policy) as gate:
        with rendering.doing(f"importing {file}"):
            count = import_(kept, file)
        rendering.notice(f"{count} submissions were imported")
        _index(Reindexing(kept, gate))


@snapshots_app.command()
def reindex(
    store: StoreOption = "default",
    policy: PolicyOption = "default",
    drop_older: Annotated[
        bool, typer.Option("--drop-older", help="Then forget what older versions of the plugins made.")
    ] = False,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Forget the whole index first: it is damaged.")
    ] = False,
) -> None:
    """Index what is not indexed by the plugins as they are now; it goes on where it was stopped.

    The exit code: 0 all is indexed, 3 some could not be, and reviews are held until they are deleted.
    """
    from prism.gate import Gate
    from prism.store import open_store
    from prism.store.reindex import Reindexing

    with open_store(store, must_exist=True) as kept, Gate.from_policy(policy) as gate:
        reindexing = Reindexing(kept, gate)
        if from_scratch:
            reindexing.drop_all()
        _index(reindexing)
        if drop_older:
            reindexing.drop_older()


def _index(reindexing: "Reindexing") -> None:
    total = reindexing.missing()
    with rendering.doing(f"indexing {total} snapshots"):
        report = reindexing.run()
    rendering.notice(f"{report.done} snapshots were indexed")
    for digest, why in sorted(report.failed.items()):
        rendering.error(PrismError(why, where=f"snapshot {digest}", do="see who handed it in: prism snapshots list"))
    if report.failed:
        raise typer.Exit(EXIT_HELD)


def record(row: "SubmissionRow") -> dict[str, Any]:
    """A submission as data."""
    return {
        "id": row.id,
        "hotkey": row.hotkey,
        "received_at": (EPOCH + timedelta(microseconds=row.received_at)).isoformat(timespec="seconds"),
        "project_digest": row.project_digest,
        "files": row.files,
        "size": row.size,
    }


def microseconds(text: str) -> int:
    """A moment as microseconds since 1970; without a zone it is UTC.

    Raises:
        UsageError: it is no moment since 1970.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no moment", where="prism snapshots", do="write 2026-01-31T12:00:00") from None
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH
    if since.days < 0:
        raise UsageError(f"{text!r} is before 1970", where="prism snapshots", do="write 2026-01-31T12:00:00")
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _show(records: Any, output_format: ListFormat) -> None:  # noqa: ANN401 - whatever JSON can hold
    from prism.cli.table import table
    from prism.report.json_format import encode

    if output_format is ListFormat.JSON:
        rendering.data(encode(records))
    elif records:
        rendering.data(table([tuple(records[0]), *(tuple(map(str, each.values())) for each in records)]))
