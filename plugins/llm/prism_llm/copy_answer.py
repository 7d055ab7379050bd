"""An answer about a likeness: how it is asked for, and what of it stands in the code of both sides."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from prism_llm.answer import Line, Text, decoded
from prism_llm.copies import Case, Region, Side
from prism_llm.evidence import MAX_LINES, place_of
from prism_llm.exchange import Request
from prism_llm.prompt import Marks, closed, marked
from prism_llm.views import ShownLine

SCHEMA_NAME: Final = "likeness"
JUDGEMENTS: Final = ("copied", "independent", "undecided")
LEAST_QUOTE: Final = 12
"""Characters besides white space that each quote of a likeness must have: less is alike everywhere."""

_SYSTEM: Final = Path(__file__).with_name("copies.txt").read_text(encoding="utf-8").rstrip("\n")
_CLOSE: Final = (
    "That was all of the data. Judge whether the code here was copied from the earlier one, set `seal` to {canary}, "
    "and answer with one JSON object."
)


class Likeness(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two places that the model takes for the same; nothing in it has been compared with the code."""

    region: Line
    here_first_line: Line
    here_last_line: Line
    here_quote: Text
    earlier_first_line: Line
    earlier_last_line: Line
    earlier_quote: Text


class CopyAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model is asked for."""

    seal: Annotated[str, Meta(max_length=200)]
    judgement: Literal["copied", "independent", "undecided"]
    likenesses: Annotated[tuple[Likeness, ...], Meta(max_length=100)]
    confidence: Annotated[float, Meta(ge=0, le=1)]


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """An answer after a look at both sides."""

    answer: CopyAnswer
    verified: tuple[tuple[Region, int, int], ...]
    """Of each likeness that stands: the region, and the first and last line here."""

    @property
    def discarded(self) -> int:
        """How many likenesses do not stand."""
        return len(self.answer.likenesses) - len(self.verified)


def copy_request(case: Case, nonce: str) -> Request:
    """The question about a likeness."""
    marks = Marks.of(nonce)
    system = _SYSTEM.format(report=case.report, fence=marks.fence, mark=marks.mark, canary=marks.canary)
    blocks = [_block(region, name, side, marks) for region in case.regions for name, side in _sides(region)]
    user = "\n".join([*blocks, _CLOSE.format(canary=marks.canary)])
    return Request(system=system, user=user, schema_name=SCHEMA_NAME, schema=copy_schema())


def copy_schema() -> dict[str, Any]:
    """The JSON Schema of an answer."""
    whole, text = {"type": "integer"}, {"type": "string"}
    sides: Mapping[str, Any] = {
        f"{side}_{name}": text if name == "quote" else whole
        for side in ("here", "earlier")
        for name in ("first_line", "last_line", "quote")
    }
    return closed(
        seal=text,
        judgement={"type": "string", "enum": list(JUDGEMENTS)},
        likenesses={"type": "array", "items": closed(region=whole, **sides)},
        confidence={"type": "number"},
    )


def weighed(text: str, case: Case, nonce: str) -> Weighed:
    """What a text says of a likeness, as far as it stands.

    Raises:
        InvalidAnswerError: it counts as none.
    """
    marks = Marks.of(nonce)
    answer = decoded(text, CopyAnswer, canary=marks.canary)
    regions = {region.number: region for region in case.regions}
    verified = [_verified(each, regions.get(each.region), marks) for each in answer.likenesses]
    return Weighed(answer=answer, verified=tuple(each for each in verified if each))


def _verified(said: Likeness, region: Region | None, marks: Marks) -> tuple[Region, int, int] | None:
    if region is None:
        return None
    here = _place(said.here_quote, region.here.lines, (said.here_first_line, said.here_last_line), marks)
    there = _place(said.earlier_quote, region.earlier.lines, (said.earlier_first_line, said.earlier_last_line), marks)
    return (region, *here) if here and there else None


def _place(quote: str, lines: Sequence[ShownLine], said: tuple[int, int], marks: Marks) -> tuple[int, int] | None:
    rows = [line for line in lines if said[0] <= line.number <= said[1]]
    is_short = len("".join(quote.split())) < LEAST_QUOTE
    return None if is_short or not rows or said[1] - said[0] >= MAX_LINES else place_of(quote, rows, marks)


def _sides(region: Region) -> tuple[tuple[str, Side], ...]:
    return (("here", region.here), ("earlier", region.earlier))


def _block(region: Region, name: str, side: Side, marks: Marks) -> str:
    lines = "\n".join(marked(line.number, line.text, marks) for line in side.lines)
    return f"BEGIN {marks.fence}\n{marks.mark}:region| {region.number} {name}\n{lines}\nEND {marks.fence}"
