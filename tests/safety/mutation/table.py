"""What a run over mutants showed, as tables for a terminal and for the documentation."""

from collections.abc import Iterable, Sequence

from tests.safety.mutation.recall import Outcome
from tests.safety.mutation.rewrites import REWRITES

Row = tuple[str, int, int, int]
"""Name, mutants, found, found by a rule of the original."""
PAGE = """\
# Recall over rewritten attacks

Attacks of the corpus (`tests/corpora/safety/attacks`), rewritten by programs that keep their meaning: a value goes
through a container, a class, a decorator or another file; a text is put together at run time; a call takes another
road. `python -m tests.safety.mutation --seed {seed} --count {count} --write` made this page.

{count} mutants of {originals} attacks; six in ten have one rewrite, three in ten two, one in ten three. Every mutant
compiles. That meaning is kept is tested by running rewritten programs, and attacks before and after in a container.
Attacks that are about text (confusable letters, invisible characters, encodings) are left out, because a rewritten
tree no longer has that text; so are those that are not found before they are rewritten.

*Found* is a finding that rejects the project; code that runs on import counts only where the attack had some, because a
detour at module level may be that by itself. *Same rule* is a finding of a rule that the original breaks: less,
because a rewritten `torch.load` may be a computed attribute first. That the detours alone raise no alarm is tested by
rewriting the honest corpus in the same way.

## By family of attacks

{families}

## By rewrite

A mutant counts for each of its rewrites.

{rewrites}
"""


def by_family(outcomes: Sequence[Outcome]) -> list[Row]:
    """A row for each family, and the sum."""
    families = sorted({outcome.mutant.original.family for outcome in outcomes})
    rows = [_row(name, (one for one in outcomes if one.mutant.original.family == name)) for name in families]
    return [*rows, _row("all", outcomes)]


def by_rewrite(outcomes: Sequence[Outcome]) -> list[Row]:
    """A row for each rewrite."""
    return [_row(name, (one for one in outcomes if name in one.mutant.rewrites)) for name in REWRITES]


def plain(rows: Iterable[Row]) -> str:
    """Rows for a terminal."""
    return "".join(
        f"{name:26} {number:6} mutants {_share(found, number):>7} found {_share(same, number):>7} same rule\n"
        for name, number, found, same in rows
    )


def page(outcomes: Sequence[Outcome], seed: int) -> str:
    """The page of the documentation."""
    return PAGE.format(
        seed=seed,
        count=len(outcomes),
        originals=len({outcome.mutant.original.id for outcome in outcomes}),
        families=_markdown("family", by_family(outcomes)),
        rewrites=_markdown("rewrite", by_rewrite(outcomes)),
    )


def _row(name: str, outcomes: Iterable[Outcome]) -> Row:
    chosen = list(outcomes)
    return name, len(chosen), sum(one.is_found for one in chosen), sum(one.is_same_rule for one in chosen)


def _markdown(kind: str, rows: Iterable[Row]) -> str:
    lines = [f"| {kind} | mutants | found | same rule |", "|---|--:|--:|--:|"]
    lines += [f"| {name} | {n} | {_share(found, n)} | {_share(same, n)} |" for name, n, found, same in rows]
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"
