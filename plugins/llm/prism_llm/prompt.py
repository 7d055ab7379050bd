"""What a model is told: what it is asked, that what it reads never instructs it, and the code as marked lines of data.

Everything that marks code as code is random and new for each question: whoever writes the code cannot know it.
"""

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from prism_llm.asked import AskedRule
from prism_llm.exchange import Request
from prism_llm.views import Shown, View

PROMPT_VERSION: Final = 1
"""Answers to another version's questions are not taken for answers to this one's."""
SCHEMA_NAME: Final = "code_review"
JUDGEMENTS: Final = ("none", "suspicion", "violation")
ROLES: Final = ("call", "condition", "source", "sink", "disguise", "other")

_SYSTEM: Final = Path(__file__).with_name("system.txt").read_text(encoding="utf-8").rstrip("\n")
_BARE: Final = (
    "\n- This is a bare view: comments, documentation and longer texts were taken out and names replaced. That is our "
    "work and no sign of anything."
)
_LEAD: Final = "The code to be reviewed, {count} by this seal of the data: {fence}\n"
_CLOSE: Final = """
That was all of the data. Judge the {count} by each of the rules ({names}), set `seal` to {canary}, and answer with \
one JSON object."""


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What is random in one question, all of it made from one number, so that the question can be written again."""

    fence: str
    mark: str
    canary: str

    @classmethod
    def of(cls, nonce: str) -> "Marks":
        """The marks that belong to a number."""
        uses = ("fence", "mark", "canary")
        fence, mark, canary = (hashlib.sha256(f"{use} {nonce}".encode()).hexdigest() for use in uses)
        return cls(fence=fence[:24], mark=mark[:6], canary=canary[:16])


def new_nonce() -> str:
    """A number that nobody can foresee."""
    return secrets.token_hex(16)


def request_for(parts: Sequence[Shown], rules: Sequence[AskedRule], view: View, nonce: str) -> Request:
    """The question about some parts in one view."""
    marks = Marks.of(nonce)
    count = "1 file" if len(parts) == 1 else f"{len(parts)} files"
    system = _SYSTEM.format(
        rules="\n".join(f"- {rule.id}: {' '.join(rule.text.split())}" for rule in rules),
        fence=marks.fence,
        mark=marks.mark,
        canary=marks.canary,
        about_view=_BARE if view is View.NEUTRAL else "",
    )
    blocks = "\n".join(_block(part, marks) for part in in_order(parts, view, nonce))
    names = ", ".join(rule.id for rule in rules)
    user = (
        _LEAD.format(count=count, fence=marks.fence)
        + blocks
        + _CLOSE.format(count=count, names=names, canary=marks.canary)
    )
    return Request(system=system, user=user, schema_name=SCHEMA_NAME, schema=answer_schema(rules))


def in_order(parts: Sequence[Shown], view: View, nonce: str) -> list[Shown]:
    """The parts as they are shown: as they come, or shuffled by the number where the order is to say nothing."""
    if view is View.WRITTEN:
        return list(parts)
    return sorted(parts, key=lambda part: hashlib.sha256(f"{nonce} {part.path}".encode()).digest())


def marked(number: int, text: str, marks: Marks) -> str:
    """A line as it stands in a question."""
    return f"{marks.mark}:{number}| {text}"


def _block(part: Shown, marks: Marks) -> str:
    lines = "\n".join(marked(line.number, line.text, marks) for line in part.lines)
    name = msgspec.json.encode(part.path).decode()
    return f"BEGIN {marks.fence}\n{marks.mark}:path| {name}\n{lines}\nEND {marks.fence}"


def answer_schema(rules: Sequence[AskedRule]) -> dict[str, Any]:
    """The JSON Schema of an answer, in the few words that every provider's structured output knows."""
    text, whole = {"type": "string"}, {"type": "integer"}
    rule = {"type": "string", "enum": [rule.id for rule in rules]}
    judgement = closed(path=text, rule=rule, judgement={"type": "string", "enum": list(JUDGEMENTS)})
    accusation = closed(
        path=text,
        rule=rule,
        first_line=whole,
        last_line=whole,
        quote=text,
        role={"type": "string", "enum": list(ROLES)},
        symbol=text,
        explanation=text,
        confidence={"type": "number"},
    )
    return closed(
        seal=text,
        judgements={"type": "array", "items": judgement},
        accusations={"type": "array", "items": accusation},
    )


def closed(**properties: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON Schema
    """The schema of an object with these properties, all of them and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
