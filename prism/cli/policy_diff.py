"""``prism policy diff``: what changes in meaning between two policies, and whose verdict flips."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prism.cli import rendering
from prism.cli.options import ListFormat, ListFormatOption, LlmOption
from prism.errors import EXIT_USAGE, UsageError

if TYPE_CHECKING:
    from prism.policy.difference import Change
    from prism.policy.loading import EffectivePolicy
    from prism.replay import Flip, Same, Subject, Unread

EXIT_FLIPPED = 1

Old = Annotated[str, typer.Argument(metavar="OLD", help="A policy file, or the name of a shipped policy.")]
New = Annotated[str, typer.Argument(metavar="NEW", help="The policy that is to take its place.")]
Projects = Annotated[
    Path | None,
    typer.Option("--projects", metavar="DIR", help="Review every project in this folder under both."),
]
StoreToReplay = Annotated[
    str | None,
    typer.Option("--store", metavar="FILE|URL", help="Review every submission in this store under both."),
]


def diff(
    old: Old,
    new: New,
    projects: Projects = None,
    store: StoreToReplay = None,
    llm: LlmOption = None,
    output_format: ListFormatOption = ListFormat.TEXT,
) -> None:
    """Say what is stricter, looser or merely other in a new policy; list the projects whose verdict it flips.

    No model is asked unless --llm says so. The exit code is 0, 1 when a verdict flips, and 2 when a policy or a project
    cannot be used.
    """
    from prism.policy.difference import changes

    if projects is not None and store is not None:
        raise UsageError("there are two places with projects", where="--store", do="name one of --projects and --store")
    policies = [_in_force(each, "") for each in (old, new)]
    found = changes(policies[0], policies[1], datetime.now(UTC).date())
    with _replayed(old, new, found, llm.value if llm is not None else "off", _subjects(projects, store)) as results:
        if output_format is ListFormat.JSON:
            tally = _show_json(old, new, found, results)
        else:
            tally = _show_text(old, new, found, results)
    raise typer.Exit(EXIT_USAGE if tally["unread"] else EXIT_FLIPPED if tally["flips"] else 0)


def _in_force(reference: str, llm: str) -> "EffectivePolicy":
    from prism.cli.reviewing import with_llm
    from prism.policy.layers import read_layers
    from prism.policy.loading import in_force

    return in_force(with_llm(read_layers(reference), llm))


@contextmanager
def _subjects(projects: Path | None, store: str | None) -> "Iterator[Iterable[Subject | Unread] | None]":
    """What is to be reviewed under both policies; ``None`` if nothing was named."""
    from prism.replay import in_folder, in_store

    if store is not None:
        from prism.store import open_store

        with open_store(store, must_exist=True) as kept:
            yield in_store(kept)
    else:
        yield None if projects is None else in_folder(projects)


@contextmanager
def _replayed(
    old: str,
    new: str,
    found: "Sequence[Change]",
    llm: str,
    subjects: "AbstractContextManager[Iterable[Subject | Unread] | None]",
) -> "Iterator[Iterator[Flip | Same | Unread] | None]":
    from prism.gate import Gate
    from prism.replay import replay

    with subjects as given:
        if given is None:
            yield None
            return
        with Gate(_in_force(old, llm)) as before, Gate(_in_force(new, llm)) as after:
            whole = len(given) if isinstance(given, list) else None
            yield replay(given, before, after, found, _progress(whole))


def _progress(whole: int | None) -> "Callable[[str], AbstractContextManager[None]]":
    """What the terminal shows while a project is reviewed: which one it is, of how many if that is known."""
    numbers = count(1)
    of = f"/{whole}" if whole is not None else ""
    return lambda name: rendering.doing(f"reviewing {next(numbers)}{of} under both: {name}")


def _show_text(
    old: str, new: str, found: "Sequence[Change]", results: "Iterator[Flip | Same | Unread] | None"
) -> Counter[str]:
    """Print what is found while it is found; how many of each kind."""
    from prism.replay import Flip, Unread
    from prism.report.difference_text import changes_text, flip_text, tally_text, unread_text

    sheet = rendering.sheet(None)
    rendering.data(changes_text(old, new, found, sheet))
    tally: Counter[str] = Counter()
    for result in results or ():
        if isinstance(result, Flip):
            rendering.data("\n" + flip_text(result, sheet))
        elif isinstance(result, Unread):
            rendering.data("\n" + unread_text(result, sheet))
        tally[_kind(result)] += 1
    if results is not None:
        rendering.data("\n" + tally_text(tally["flips"], tally["same"], tally["unread"]))
    return tally


def _show_json(
    old: str, new: str, found: "Sequence[Change]", results: "Iterator[Flip | Same | Unread] | None"
) -> Counter[str]:
    import msgspec

    from prism.report.json_format import encode

    kept: dict[str, list[Any]] = {"flips": [], "unread": []}
    tally: Counter[str] = Counter()
    for result in results or ():
        tally[_kind(result)] += 1
        if _kind(result) in kept:
            kept[_kind(result)].append(msgspec.to_builtins(result))
    record = {"old": old, "new": new, "changes": msgspec.to_builtins(found)}
    replayed = {"projects": tally.total(), "same": tally["same"], **kept}
    rendering.data(encode({**record, "replay": replayed if results is not None else None}))
    return tally


def _kind(result: "Flip | Same | Unread") -> str:
    from prism.replay import Flip, Same

    return "flips" if isinstance(result, Flip) else "same" if isinstance(result, Same) else "unread"
