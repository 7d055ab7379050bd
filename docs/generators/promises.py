"""The reference of what ``prism sandbox verify`` tries, from the attacks as they are shipped."""

from generators.markdown import prose
from prism.sandbox.attack import AnyAttack, Line, Pair, Probe, Program, Project
from prism.sandbox.catalogue import groups

LEAD = """\
# Promises of a container

What a container must hold, and what `prism sandbox verify` tries on your host to see whether it does.
[Verify a host](../how-to/verify-a-host.md) says how to use it.
"""


def page() -> str:
    """Every promise with what is tried, how it is judged and how to mend it."""
    count = sum(len(group.attacks) for group in groups())
    parts = [LEAD, f"\nThere are {count} promises in {len(groups())} groups.\n"]
    for group in groups():
        parts.append(f"\n## {group.title}\n")
        parts += [_promise(attack) for attack in group.attacks]
    return "".join(parts)


def _promise(attack: AnyAttack) -> str:
    lines = (
        f"**{prose(attack.promise)}**",
        f"- Tried: {prose(attack.tries)} {_where(attack)}",
        f"- Judged: {prose(attack.judged)}",
        f"- If it is broken: {prose(attack.mend)}",
    )
    return f"\n### {attack.id}\n\n{lines[0]}\n\n" + "\n".join(lines[1:]) + "\n"


def _where(attack: AnyAttack) -> str:
    match attack:
        case Probe(inside="contestant"):
            return "(From a submission's place, behind the evaluator's walls.)"
        case Probe():
            return "(Behind the container's walls alone.)"
        case Program():
            return "(As the first process of a container.)"
        case Line():
            return "(The text is put to the judge of all runs.)"
        case Project():
            return "(As a submission, in a whole run.)"
        case Pair():
            return "(In two containers.)"
        case _:
            return "(Nothing is started if the promise is kept.)"
