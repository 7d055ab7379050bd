"""What it takes to speak to a reviewer: not a list of sentences, but which words of what meaning stand together."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from prism_llm.concepts import Meant, bare, meanings_in


class Intent(NamedTuple):
    """Words that stand close together; each need is met by another word, by any of the concepts in it."""

    says: str
    """What such a text does, for a message."""
    needs: tuple[frozenset[str], ...]
    """The rarest first."""
    within: int
    """Words from the first to the last."""


class Speech(NamedTuple):
    """A stretch of a text that speaks to a reviewer."""

    says: str
    begin: int
    end: int


def _intent(says: str, within: int, *needs: str) -> Intent:
    return Intent(says, tuple(frozenset(need.split()) for need in needs), within)


_ASIDE = "sets a reviewer's instructions aside"
_APPROVAL = "asks for an approval or claims one"
_VERDICT = "dictates a verdict"
_SILENCE = "tells what not to report or to look at"
_INNOCENCE = "vouches for the code"
_ADDRESS = "addresses a reviewer"
_ROLE = "gives a reader another role"
_FORGED = "imitates what stands around the code in a review"

INTENTS: Final = (
    _intent(_ASIDE, 8, "ignore", "orders", "before you system reviewer machine"),
    _intent(_ASIDE, 4, "ignore", "orders", "all"),
    _intent(_ASIDE, 6, "orders", "renewed", "you system message reviewer"),
    _intent(_ASIDE, 6, "ignore", "prompt", "before you reviewer"),
    _intent(_ASIDE, 8, "ignore", "told", "you before all"),
    _intent(_APPROVAL, 6, "approve", "thing reviewer machine must you verdict already authority answer review"),
    _intent(_APPROVAL, 6, "cleared", "thing already authority reviewer machine review verdict"),
    _intent(_VERDICT, 5, "verdict", "safe harmless approve cleared zero not must you answer"),
    _intent(_VERDICT, 8, "declare", "thing", "harmless cleared approve"),
    _intent(_SILENCE, 6, "report", "not zero stop", "guilt"),
    _intent(_SILENCE, 6, "review", "not stop zero", "thing"),
    _intent(_SILENCE, 5, "hush", "thing"),
    _intent(_INNOCENCE, 3, "guilt", "zero"),
    _intent(_INNOCENCE, 4, "finding", "zero", "thing"),
    _intent(_SILENCE, 4, "report", "not", "finding"),
    _intent(_INNOCENCE, 7, "guilt", "zero", "thing"),
    _intent(_INNOCENCE, 5, "comply", "orders", "all"),
    _intent(_APPROVAL, 6, "authority", "checked", "already thing"),
    _intent(_VERDICT, 6, "judge", "you reviewer", "thing"),
    _intent(_SILENCE, 7, "reporting", "you", "thing"),
    _intent(_INNOCENCE, 5, "guilt", "not zero", "thing finding review"),
    _intent(_INNOCENCE, 6, "harmless", "thing"),
    _intent(
        _ADDRESS,
        8,
        "reviewer",
        "must you not thing orders answer message machine review safe harmless verdict greet "
        "guilt report finding approve cleared ignore",
    ),
    _intent(_ADDRESS, 8, "machine", "review", "thing you"),
    _intent(_ROLE, 6, "role", "machine reviewer"),
    _intent(_FORGED, 6, "canary", "answer must orders verdict"),
)
_FRAME: Final = re.compile(
    r"<\|[a-z_]{2,20}\|>|\[/?(?:INST|SYSTEM)\]|<</?SYS>>|</?(?:system|assistant|untrusted|data|user_?input|submission|instructions?)>",
    re.IGNORECASE,
)
"""What other programs put around a message to a model: by itself it is found in honest code for conversations."""
_BEHIND_FRAME: Final = 200
_SAID_IN_FRAMES: Final = frozenset({"approve", "cleared", "guilt", "verdict", "reviewer"})
_OUR_FRAME: Final = re.compile(
    r"\b(?:BEGIN|END) [0-9a-fA-F]{12,}\b|^[ \t]*[0-9a-f]{6}:(?:\d{1,6}|path)\|", re.MULTILINE
)
"""What the code stands in when it is shown to a model."""
_STARTERS: Final = frozenset(concept for intent in INTENTS for concept in intent.needs[0])


def speech_in(text: str) -> Iterator[Speech]:
    """Every stretch of a text that speaks to a reviewer, in the text without what does not show."""
    text = bare(text)
    words = list(meanings_in(text))
    yield from _forgeries(text, words)
    starts = [index for index, word in enumerate(words) if word.concepts & _STARTERS]
    for index in starts:
        for intent in INTENTS:
            if words[index].concepts & intent.needs[0] and (found := _met(intent, words, index)):
                yield Speech(intent.says, words[min(found)].begin, words[max(found)].end)


def _forgeries(text: str, words: Sequence[Meant]) -> Iterator[Speech]:
    for match in _OUR_FRAME.finditer(text):
        yield Speech(_FORGED, match.start(), match.end())
    said = [word.begin for word in words if word.concepts & _SAID_IN_FRAMES]
    for match in _FRAME.finditer(text):
        end = match.end() + _BEHIND_FRAME
        if bisect_left(said, match.end()) < bisect_left(said, end):
            yield Speech(_FORGED, match.start(), min(end, len(text)))


def _met(intent: Intent, words: Sequence[Meant], start: int) -> tuple[int, ...]:
    """The words that meet all needs, the first of them given; none if they do not."""
    around = range(max(0, start - intent.within + 1), min(len(words), start + intent.within))
    for need in intent.needs[1:]:
        if not any(words[index].concepts & need for index in around):
            return ()  # before any choice is tried with all others
    return next(_chosen(intent, words, (start,), around), ())


def _chosen(
    intent: Intent, words: Sequence[Meant], taken: tuple[int, ...], around: Iterable[int]
) -> Iterator[tuple[int, ...]]:
    if len(taken) == len(intent.needs):
        yield taken
        return
    need = intent.needs[len(taken)]
    for index in around:
        is_near = max(index, *taken) - min(index, *taken) < intent.within
        if index not in taken and is_near and words[index].concepts & need:
            yield from _chosen(intent, words, (*taken, index), around)
