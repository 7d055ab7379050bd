"""What came of one attack, and of all of them."""

import enum

import msgspec

from prism.sandbox.attack import Attack


class Outcome(enum.StrEnum):
    """What an attack says about its promise."""

    KEPT = "kept"
    BROKEN = "broken"
    UNTESTABLE = "untestable"
    """The attack could not be made here, or gave no answer: nothing is known."""


class PromiseRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One promise as it was found."""

    id: str
    outcome: Outcome
    detail: str = ""
    """What was seen: the kernel's answer, or why nothing is known."""


def kept(attack: Attack, detail: str = "") -> PromiseRecord:
    """The attack failed."""
    return PromiseRecord(id=attack.id, outcome=Outcome.KEPT, detail=detail)


def broken(attack: Attack, detail: str) -> PromiseRecord:
    """The attack got through."""
    return PromiseRecord(id=attack.id, outcome=Outcome.BROKEN, detail=detail)


def untestable(attack: Attack, detail: str) -> PromiseRecord:
    """Nothing is known."""
    return PromiseRecord(id=attack.id, outcome=Outcome.UNTESTABLE, detail=detail)
