"""What ``prism review`` does once its arguments are known.

The order of the imports is the order of the work: the guarded process shall hear early which plugins it will need.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from prism.cli import rendering
from prism.cli.ending import ending_orderly
from prism.cli.plain_call import ReviewCall
from prism.errors import EXIT_APPROVED, EXIT_HELD, EXIT_REJECTED

if TYPE_CHECKING:
    from prism.gate import Gate
    from prism.guard.launch import Launched
    from prism.policy.layers import Layers
    from prism.report.format import Report
    from prism.review import Review
    from prism.verdict import Outcome


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
        with judging(gate, call) as judge:
            report = reviewed(paths, gate, judge, colour=rendering.is_colourful(output), explain=call.explain)
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
def judging(gate: "Gate", call: ReviewCall) -> "Iterator[Callable[[Path], Review]]":
    """What reviews a project: with a store, by comparing it with what is in there and keeping it."""
    if call.store is None:
        yield lambda path: gate.review(path, notebooks=gate.notebooks(hotkey=call.hotkey))
        return
    from prism.store import open_store
    from prism.store.keep import examine_and_keep
    from prism.store.reindex import in_background
    from prism.suspects import with_suspects

    with open_store(call.store) as store, in_background(store, gate) as missing:
        if missing:
            rendering.notice(f"{missing} earlier submissions are being indexed again; until then reviews are held")

        def judge(path: Path) -> "Review":
            examination = examine_and_keep(store, gate, path, hotkey=call.hotkey)
            with ending_orderly():
                return with_suspects(examination, gate, store).review

        yield judge


def reviewed(
    paths: Sequence[Path],
    gate: "Gate",
    judge: "Callable[[Path], Review]",
    *,
    colour: bool,
    explain: bool = False,
) -> "Report":
    """The reviews of all projects by one gate, in the order given."""
    from prism.report.format import Report, Reviewed

    reviews = []
    for number, path in enumerate(paths, start=1):
        with rendering.doing(f"reviewing {number}/{len(paths)} {path}"):
            reviews.append(Reviewed(name=str(path), review=judge(path)))
    return Report(reviews=tuple(reviews), rules=gate.rules, colour=colour, explain=explain)


def exit_code(verdicts: "Iterable[Outcome]") -> int:
    """The exit code of the harshest verdict."""
    from prism.verdict import HARSHNESS, Outcome

    codes = {Outcome.APPROVED: EXIT_APPROVED, Outcome.HELD: EXIT_HELD, Outcome.REJECTED: EXIT_REJECTED}
    return codes[max(verdicts, key=HARSHNESS.__getitem__)]
