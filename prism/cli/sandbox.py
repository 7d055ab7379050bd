"""``prism sandbox``: whether the containers on this host hold what they must."""

from typing import TYPE_CHECKING, Annotated

import typer

from prism.cli import rendering
from prism.cli.options import ListFormat, ListFormatOption, OutputOption, PolicyOption
from prism.errors import EXIT_APPROVED, EXIT_HELD, EXIT_REJECTED

if TYPE_CHECKING:
    from prism.policy.model import RunnerPolicy
    from prism.sandbox.record import Verification

sandbox_app = typer.Typer(help="Prove what the containers on this host hold.")

OnlyOption = Annotated[
    list[str] | None, typer.Option("--only", metavar="ID", help="Try this promise only; may be given several times.")
]


@sandbox_app.callback()
def _group() -> None:
    """Prove what the containers on this host hold."""


@sandbox_app.command()
def verify(
    policy: PolicyOption = "default",
    output_format: ListFormatOption = ListFormat.TEXT,
    output: OutputOption = None,
    only: OnlyOption = None,
) -> None:
    """Attack the policy's broker from inside its containers, and list which promises it keeps.

    The attacks are harmless and touch nothing but this host's loopback and the containers. What was found is kept for
    `prism run`, which refuses a broker that does not keep what the policy requires (`runner.verification`).

    The exit code: 0 nothing is broken and all that is required is kept, 1 a promise is broken, 3 something required
    cannot be tested here, 70 the engine or the image cannot be used.
    """
    from prism.cli.ending import ending_orderly
    from prism.cli.output_file import require_writable
    from prism.policy.loading import load
    from prism.runner.outcome import broker_for
    from prism.sandbox.record import save
    from prism.sandbox.requirement import required_ids
    from prism.sandbox.verify import chosen, verify

    require_writable(output)
    effective = load(policy)
    runner, attacks = effective.policy.runner, chosen(only or [])
    required_ids(runner.verification)
    with rendering.doing(f"making {len(attacks)} attacks"), ending_orderly():
        found = verify(broker_for(effective), runner, attacks)
    rendering.result(_text(found, runner) if output_format is ListFormat.TEXT else _json(found, runner), output)
    if only:
        rendering.notice("nothing was kept, because only a part was tried")
    elif not found.binding:
        rendering.notice("nothing was kept, because this broker cannot say where it runs")
    else:
        rendering.notice(f"kept in {save(found)}")
    raise typer.Exit(_exit_code(found, runner))


def _exit_code(found: "Verification", runner: "RunnerPolicy") -> int:
    from prism.sandbox.outcome import Outcome
    from prism.sandbox.requirement import required_ids, unkept

    if any(each.outcome is Outcome.BROKEN for each in found.promises):
        return EXIT_REJECTED
    tried = {each.id for each in found.promises}
    required = [each for each in required_ids(runner.verification) if each in tried]
    return EXIT_HELD if unkept(required, found.promises) else EXIT_APPROVED


def _json(found: "Verification", runner: "RunnerPolicy") -> str:
    """One object: what it holds for, and each promise with what was found and how to mend it."""
    from prism.report.json_format import encode
    from prism.sandbox.catalogue import groups
    from prism.sandbox.requirement import required_ids

    required = required_ids(runner.verification)
    attacks = {attack.id: (group, attack) for group in groups() for attack in group.attacks}
    promises = [
        {
            "id": each.id,
            "group": attacks[each.id][0].title,
            "promise": attacks[each.id][1].promise,
            "outcome": str(each.outcome),
            "detail": each.detail,
            "required": each.id in required,
            "mend": attacks[each.id][1].mend,
        }
        for each in found.promises
    ]
    return encode(
        {
            "verified_at": found.verified_at,
            "seconds": found.seconds,
            "binding": dict(found.binding),
            "promises": promises,
        }
    )


def _text(found: "Verification", runner: "RunnerPolicy") -> str:
    """A table of the promises, then what is wrong with each that is not kept and how to mend it, then the count."""
    from collections import Counter

    from prism.cli.table import table
    from prism.report.escape import shorten
    from prism.sandbox.catalogue import attacks
    from prism.sandbox.outcome import Outcome
    from prism.sandbox.requirement import required_ids

    known = {attack.id: attack for attack in attacks()}
    required = required_ids(runner.verification)
    lines = [table([(_word(each.outcome), each.id, known[each.id].promise) for each in found.promises])]
    for each in (each for each in found.promises if each.outcome is not Outcome.KEPT):
        attack = known[each.id]
        lines.append(
            f"\n{_word(each.outcome)}: {each.id}{' (required)' if each.id in required else ''}\n"
            f"  tried: {shorten(attack.tries, 300)}\n"
            f"  seen:  {shorten(each.detail, 400)}\n"
            f"  mend:  {shorten(attack.mend, 300)}\n"
        )
    counts = Counter(each.outcome for each in found.promises)
    counted = ", ".join(f"{counts[outcome]} {_word(outcome)}" for outcome in Outcome)
    lines.append(f"\n{len(found.promises)} promises: {counted}; {found.seconds:.1f} seconds\n")
    return "".join(lines)


def _word(outcome: str) -> str:
    return {"broken": "BROKEN", "untestable": "not testable here"}.get(outcome, outcome)
