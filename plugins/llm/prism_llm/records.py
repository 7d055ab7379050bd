"""Exchanges as they are kept: whole, so that a review can be repeated byte for byte without asking anybody."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from prism_llm.asked import AskedRule
from prism_llm.exchange import Reply, Request, Reviewer, Way
from prism_llm.prompt import PROMPT_VERSION, request_for
from prism_llm.views import Shown, View

RECORD_FORMAT: Literal[1] = 1
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part that a question was about."""

    path: str
    name: str
    """What the file was called in the question."""
    sha256: Digest
    first: int
    last: int

    @classmethod
    def of(cls, shown: Shown) -> "Place":
        """Where a part stands."""
        part = shown.part
        return cls(path=part.path, name=shown.path, sha256=part.sha256, first=part.first, last=part.last)


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One exchange that brought a valid answer. With the same files and rules, ``nonce`` gives the same question."""

    record_format: Literal[1] = RECORD_FORMAT
    view: View
    places: tuple[Place, ...]
    nonce: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    prompt: Digest
    answer: str
    model: str
    answered_by: Way
    input_tokens: int
    output_tokens: int
    micro_usd: int


def record_of(parts: Sequence[Shown], view: View, nonce: str, request: Request, reply: Reply) -> Record:
    """What is kept of an exchange."""
    return Record(
        view=view,
        places=tuple(Place.of(part) for part in parts),
        nonce=nonce,
        prompt=prompt_digest(request),
        answer=reply.text,
        model=reply.model,
        answered_by=reply.answered_by,
        input_tokens=reply.input_tokens,
        output_tokens=reply.output_tokens,
        micro_usd=reply.micro_usd,
    )


def read_record(data: bytes) -> Record | None:
    """The record in kept bytes; ``None`` when they are none."""
    try:
        return msgspec.json.decode(data, type=Record)
    except (msgspec.DecodeError, RecursionError):
        return None


def prompt_digest(request: Request) -> str:
    """What names the exact question."""
    return _digest(msgspec.to_builtins(request))


def key_of_part(part: Shown, view: View, asking: str) -> str:
    """Under which key the answer about a part is kept; ``asking`` is what :func:`asking_digest` gives.

    The neutral view of a part depends on the whole project (the same name is the same in all of its files), so what is
    shown counts there, and not the file alone.
    """
    lines = [f"{line.number} {line.text}" for line in part.lines]
    place = msgspec.to_builtins(Place.of(part))
    return _digest([asking, view.value, place, _digest(lines)])


def key_of_question(request: Request, asking: str) -> str:
    """Under which key the answer to a question is kept that is written with the number ``""``."""
    return _digest([asking, prompt_digest(request)])


def asking_digest(rules: Sequence[AskedRule], reviewers: Sequence[Reviewer], *, only_for: str = "") -> str:
    """What names the way of asking: the prompt and its version, the rules' texts, the models and their parameters.

    With ``only_for``, the digest of a project, it is that project's alone.
    """
    asked = [[rule.id, rule.text] for rule in rules]
    words = [prompt_digest(request_for((), rules, view, "")) for view in View]
    models = [
        [each.model, each.api_base, each.temperature, each.seed, each.output_tokens, each.answers_by]
        for each in reviewers
    ]
    return _digest([PROMPT_VERSION, words, asked, models, only_for])


def _digest(data: Any) -> str:  # noqa: ANN401 - any plain data
    return hashlib.sha256(msgspec.json.encode(data, order="deterministic")).hexdigest()
