"""Asking about the parts of a project: what is known already is recalled, the rest is asked within budget and deadline.

Nothing here decides what an answer means for a project; see :mod:`prism_llm.opinion`.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

import msgspec

from prism.document import escaped
from prism.rule import Rule
from prism_llm.answer import InvalidAnswerError
from prism_llm.asked import AskedRule
from prism_llm.budget import Purse
from prism_llm.exchange import Failure, FailureKind, Reply, Request
from prism_llm.material import FileMaterial
from prism_llm.memory import Memory, Recalled
from prism_llm.parts import Part, bundled
from prism_llm.prompt import new_nonce, request_for
from prism_llm.records import Place
from prism_llm.rules import BUDGET_SPENT, NO_ANSWER
from prism_llm.sections import Reading, Section
from prism_llm.views import Shown, View, shown, size_of

MAX_LOGGED: Final = 1_000
_LOG = logging.getLogger(__name__)
HOPELESS: Final = frozenset(
    {
        FailureKind.TIMEOUT,
        FailureKind.RATE_LIMITED,
        FailureKind.UNAVAILABLE,
        FailureKind.UNAUTHORISED,
        FailureKind.UNKNOWN_MODEL,
        FailureKind.KEY_MISSING,
        FailureKind.NOT_INSTALLED,
        FailureKind.UNKNOWN_PRICE,
        FailureKind.OVER_BUDGET,
    }
)
"""Why the next question would bring no answer either: nothing more is asked about this project."""
_TOO_MUCH: Final = frozenset({FailureKind.TRUNCATED, FailureKind.TOO_LARGE})
MAY_DIFFER: Final = frozenset({FailureKind.NOT_JSON, FailureKind.EMPTY, FailureKind.REFUSED})


class Asks(Protocol):
    """Whoever gets an answer; mostly :class:`prism_llm.asker.Asker`."""

    def ask(self, request: Request, *, deadline: float, purse: Purse) -> Reply | Failure:
        """The answer, paid for from ``purse``, or why there is none, before ``deadline`` on the monotonic clock."""
        ...


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no valid answer."""

    rule: Rule
    why: str
    """In words that a miner may read."""
    is_passing: bool
    """Whether there may be an answer later."""
    kind: FailureKind | None = None
    """Why there is no answer at all; ``None`` when there is one that does not count, or nobody was asked."""


class Unanswered(msgspec.Struct, frozen=True, kw_only=True):
    """Parts about which there is no valid answer."""

    parts: tuple[Part, ...]
    view: View
    trouble: Trouble


class Exchanged(msgspec.Struct, frozen=True, kw_only=True):
    """One question with what came of it."""

    view: View
    paths: tuple[str, ...]
    request: Request
    outcome: Reply | Failure
    invalid: str = ""
    """Why the answer does not count; empty when it does."""
    sections: tuple[Section, ...] = ()
    """What the answer says of each part, if it counts."""


class Interview:
    """Questions about one project, and all that came of them."""

    def __init__(  # noqa: PLR0913 - what a question takes
        self,
        *,
        rules: Sequence[AskedRule],
        files: Mapping[str, FileMaterial],
        asker: Asks,
        memory: Memory,
        purse: Purse,
        room: int,
        attempts: int,
        deadline: float,
    ) -> None:
        """Questions hold at most ``room`` tokens of code; each is asked at most ``attempts`` times."""
        self._rules = rules
        self._files = files
        self._asker = asker
        self._memory = memory
        self._purse = purse
        self._room = room
        self._attempts = attempts
        self._deadline = deadline
        self.stopped: Trouble | None = None
        """Why nothing more is asked, if that is so."""
        self.sections: list[Section] = []
        self.unanswered: list[Unanswered] = []
        self.exchanged: list[Exchanged] = []
        """The questions that went out, in their order."""
        self.recalled: dict[str, Recalled] = {}
        """What the notebook knew, by the number of the question."""

    def hold(self, parts: Iterable[Part], view: View) -> None:
        """Find out what there is to say of parts in one view."""
        all_shown = [shown(part, self._files[part.path], view) for part in parts]
        at_hand = {Place.of(each): each for each in all_shown}
        missing: list[Part] = []
        for each in all_shown:
            known = self._memory.recall(each, at_hand, view)
            if known is None:
                missing += [each.part] if each.lines else []
                continue
            self.sections.append(known[0])
            self.recalled[known[1].record.nonce] = known[1]
        for bundle in bundled(missing, lambda part: size_of(part, self._files[part.path]), self._room):
            self._ask(bundle, view)

    def _ask(self, bundle: tuple[Part, ...], view: View) -> None:
        trouble = self.stopped
        for _ in range(self._attempts):
            trouble = self.stopped or self._attempt(bundle, view)
            if trouble is None:
                return
            if trouble.kind in _TOO_MUCH and len(bundle) > 1:
                self._ask(bundle[: len(bundle) // 2], view)
                self._ask(bundle[len(bundle) // 2 :], view)
                return
            if self.stopped is not None or not (trouble.kind is None or trouble.kind in MAY_DIFFER):
                break
        if trouble is not None:
            self.unanswered.append(Unanswered(parts=bundle, view=view, trouble=trouble))

    def _attempt(self, bundle: tuple[Part, ...], view: View) -> Trouble | None:
        """Ask one question about some parts; ``None`` when it was answered."""
        parts = [shown(part, self._files[part.path], view) for part in bundle]
        nonce, known = new_nonce(), len(self.sections)
        request = request_for(parts, self._rules, view, nonce)
        outcome = self._asker.ask(request, deadline=self._deadline, purse=self._purse)
        trouble = trouble_of(outcome) if isinstance(outcome, Failure) else self._read(outcome, parts, view, nonce)
        if trouble is not None and trouble.kind in HOPELESS:
            self.stopped = trouble
        paths = tuple(part.path for part in bundle)
        invalid = trouble.why if trouble and isinstance(outcome, Reply) else ""
        self.exchanged.append(
            Exchanged(
                view=view,
                paths=paths,
                request=request,
                outcome=outcome,
                invalid=invalid,
                sections=tuple(self.sections[known:]),
            )
        )
        if trouble is None and isinstance(outcome, Reply):
            self._memory.keep(parts, view, nonce, request, outcome)
        return trouble

    def _read(self, reply: Reply, parts: Sequence[Shown], view: View, nonce: str) -> Trouble | None:
        names = tuple(part.path for part in parts)
        reading = Reading(rules=self._rules, files=self._files, view=view, nonce=nonce, names=names)
        try:
            answer = reading.answer(reply.text)
        except InvalidAnswerError as error:
            return Trouble(rule=NO_ANSWER, why=str(error), is_passing=True)
        self.sections += (reading.section(answer, part) for part in parts)
        return None


def trouble_of(failure: Failure) -> Trouble:
    """What a failure means. What the provider said is for the operator alone: it may name accounts and servers."""
    _LOG.warning("no model answered: %s", escaped(failure.message, limit=MAX_LOGGED))
    is_dear = failure.kind is FailureKind.OVER_BUDGET
    return Trouble(
        rule=BUDGET_SPENT if is_dear else NO_ANSWER,
        why=failure.message if is_dear else f"no model answered ({failure.kind.value})",
        is_passing=failure.is_passing,
        kind=failure.kind,
    )
