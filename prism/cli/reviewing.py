"""What ``prism review`` does once its arguments are known.

The order of the imports is the order of the work: the guarded process shall hear early which plugins it will need.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from prism.cli import rendering
from prism.cli.ending import ending_orderly
from prism.cli.plain_call import ReviewCall
from prism.errors import EXIT_APPROVED, EXIT_HELD, EXIT_REJECTED

if TYPE_CHECKING:
    from prism.examiner import Examination
    from prism.gate import Gate
    from prism.guard.launch import Launched
    from prism.likeness import Likeness
    from prism.policy.layers import Layers
    from prism.report.format import Report, Reviewed
    from prism.report.painting import Sheet
    from prism.store import Store
    from prism.store.answers import StoreSource
    from prism.verdict import Outcome

SHOWN_LIKENESSES = 5


def review_projects(call: ReviewCall, launched: "Launched | None" = None) -> int:
    """Review the projects, write the report, and return the exit code.

    Args:
        call: the projects and options.
        launched: a guarded process that was launched before this module was imported.
    """
    from prism.cli.output_file import require_writable
    from prism.cli.sources import require_projects

    paths, output = [Path(path) for path in call.paths], Path(call.output) if call.output is not None else None
    require_projects(paths)
    require_writable(output)
    with opened(call, launched) as gate:
        from prism.cli.formats import find_format

        chosen = find_format(call.report_format, blocked=gate.policy.blocked_plugins)
        with judging(gate, call, wants_sources=chosen.wants_sources) as judge:
            report = reviewed(paths, gate, judge, sheet=rendering.sheet(output), explain=call.explain)
    rendering.result(chosen.render(report), output)
    return exit_code(each.review.verdict for each in report.reviews)


def opened(call: ReviewCall, launched: "Launched | None") -> "Gate":
    """The gate for a call's policy; a process launched for it hears first which plugins the policy selects."""
    from prism.policy.layers import read_layers

    layers = with_llm(read_layers(call.policy), call.llm)
    if launched is not None:
        from prism.guard.announcement import announce

        announce(layers, launched)
    from prism.gate import Gate
    from prism.guard.process import ServerProcess
    from prism.policy.loading import in_force

    effective = in_force(layers)
    return Gate(effective, ServerProcess(launched) if launched is not None else None)


def with_llm(layers: "Layers", mode: str) -> "Layers":
    """The policy with another mode of the review by a model; what it does not select need not be switched off."""
    from prism.policy.layers import value_at

    if not mode or (mode == "off" and value_at(layers.data, ("plugins", "llm")) is None):
        return layers
    return layers.over({"plugins": {"llm": {"settings": {"mode": mode}}}}, said_by="--llm")


@contextmanager
def judging(gate: "Gate", call: ReviewCall, *, wants_sources: bool) -> "Iterator[Callable[[Path], Reviewed]]":
    """What reviews a project: with a store, by comparing it with what is in there and keeping it."""
    from prism.report.format import Reviewed

    if call.store is None:

        def alone(path: Path) -> Reviewed:
            examination = gate.examine(path, notebooks=gate.notebooks(hotkey=call.hotkey))
            contents = contents_of(examination) if wants_sources else None
            return Reviewed(name=str(path), review=examination.review, contents=contents)

        yield alone
        return
    from prism.store import open_store
    from prism.store.keep import examine_and_keep
    from prism.store.reindex import in_background
    from prism.suspects import with_suspects

    with open_store(call.store) as store, in_background(store, gate) as missing:
        if missing:
            rendering.notice(f"{missing} earlier submissions are being indexed again; until then reviews are held")

        def beside_others(path: Path) -> Reviewed:
            source = store.source(hotkey=call.hotkey, before=store.now())
            examination = examine_and_keep(store, gate, path, hotkey=call.hotkey)
            with ending_orderly():
                review = with_suspects(examination, gate, store).review
            if not wants_sources:
                return Reviewed(name=str(path), review=review)
            contents, found = contents_of(examination), likenesses(gate, store, source, examination)
            return Reviewed(name=str(path), review=review, contents=contents, likenesses=found)

        yield beside_others


def contents_of(examination: "Examination") -> "Mapping[str, bytes] | None":
    """The files that were reviewed; none if intake refused them."""
    return examination.snapshot.contents if examination.snapshot is not None else None


def likenesses(
    gate: "Gate", store: "Store", source: "StoreSource", examination: "Examination"
) -> "tuple[Likeness, ...]":
    """What the project resembles, as each comparing plugin shows it; a plugin that cannot is named."""
    from prism.likeness import likenesses as likenesses_by
    from prism.plugin_failure import PluginFailedError

    found: list[Likeness] = []
    if examination.snapshot is None:
        return ()
    for name in gate.host.implementers("prism_resemblances") & examination.features.keys():
        fingerprint = examination.features[name].fingerprint
        try:
            found += likenesses_by(
                gate.host, store, source, plugin=name, snapshot=examination.snapshot, fingerprint=fingerprint
            )
        except PluginFailedError as error:
            rendering.notice(f"the plugin {name!r} could not show likenesses: {error}")
    return tuple(found[:SHOWN_LIKENESSES])


def reviewed(
    paths: Sequence[Path],
    gate: "Gate",
    judge: "Callable[[Path], Reviewed]",
    *,
    sheet: "Sheet",
    explain: bool = False,
) -> "Report":
    """The reviews of all projects by one gate, in the order given."""
    from prism.report.format import Report

    reviews = []
    for number, path in enumerate(paths, start=1):
        with rendering.doing(f"reviewing {number}/{len(paths)} {path}"):
            reviews.append(judge(path))
    return Report(reviews=tuple(reviews), rules=gate.rules, sheet=sheet, explain=explain)


def exit_code(verdicts: "Iterable[Outcome]") -> int:
    """The exit code of the harshest verdict."""
    from prism.verdict import HARSHNESS, Outcome

    codes = {Outcome.APPROVED: EXIT_APPROVED, Outcome.HELD: EXIT_HELD, Outcome.REJECTED: EXIT_REJECTED}
    return codes[max(verdicts, key=HARSHNESS.__getitem__)]
