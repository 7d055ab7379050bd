"""Two projects side by side in one container: the supervisor compares what each has said of itself, and reports.

Neither author's code ever runs beside the other's or sees anything of it: each has its turn in a process of its own,
after which everything it has started is ended and the scratch space is emptied. Nobody is asked how alike the two are,
so there is nothing to believe; what code says of itself is checked, and is compared here.
"""

import json
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from prism.evaluator import probing, reading, supervisor
from prism.evaluator.evaluation import begin
from prism.evaluator.fault import Fault
from prism.evaluator.frames import Message
from prism.evaluator.job import Job
from prism.evaluator.likeness import (
    LEAST_COPIED,
    Anatomy,
    agreement,
    anatomy_scores,
    code_scores,
    copied,
    matches,
    twins,
)
from prism.evaluator.observation import MAX_TOTAL_CHARACTERS, Observations
from prism.evaluator.pair_job import PairJob, unpacked_pair
from prism.evaluator.process import Contestant, OutputLog
from prism.evaluator.reading import MAX_GRAMS, Unit
from prism.evaluator.scoring import checked_logits
from prism.evaluator.statements import GRAM_BYTES, checked_anatomy, checked_units

SIDES = ("first", "second")
_MAX_EVIDENCE_BYTES = 16_000  # of a line that must fit into what a broker keeps of a log, however it is escaped
_MAX_TENSORS = 20
_NAME_CHARACTERS = 100
_TAIL_CHARACTERS = 700
_MAX_UNREAD = 20

Logits = dict[probing.Probe, list["array[float]"]]
"""A model's answers with each choice of parameters."""


@dataclass(slots=True, kw_only=True)
class Noted:
    """What has been found so far, and whose turn it is: it counts even if a later turn fails."""

    side: str = ""
    scores: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, dict[str, int]] = field(default_factory=lambda: {side: {} for side in SIDES})
    unread: dict[str, list[str]] = field(default_factory=lambda: {side: [] for side in SIDES})
    matches: list[dict[str, object]] = field(default_factory=list)
    tensors: list[dict[str, object]] = field(default_factory=list)
    copied: float | None = None

    def evidence(self) -> dict[str, object]:
        """For a person, cut to what a report may hold: what weighs least goes first."""
        while True:
            document = {
                "sizes": self.sizes,
                "unread": self.unread,
                "matches": self.matches,
                "tensors": self.tensors,
                "copied": self.copied,
            }
            lists: list[list[Any]] = [self.matches, self.tensors, *self.unread.values()]
            longest = max(lists, key=len)
            if not longest or len(json.dumps(document)) <= _MAX_EVIDENCE_BYTES:
                return document
            longest.pop()


@dataclass(slots=True, kw_only=True)
class Review:
    """One review of a pair: the jobs, and what is noted while it goes on."""

    pair: PairJob
    run: supervisor.Run
    """The limits that both share."""
    noted: Noted = field(default_factory=Noted)
    tails: dict[str, str] = field(default_factory=dict)
    """What each side's code printed last."""
    observations: dict[str, Observations] = field(
        default_factory=lambda: {side: Observations(room=MAX_TOTAL_CHARACTERS // len(SIDES)) for side in SIDES}
    )
    """What each side's code was seen to do while it ran."""

    def job(self, side: str) -> Job:
        """One side's project and settings."""
        return self.pair.first if side == SIDES[0] else self.pair.second

    @contextmanager
    def turn(self, side: str, command: str, *, turns_left: int) -> Iterator[Contestant]:
        """A fresh process for one side, which has its share of the time and what it prints to itself."""
        self.noted.side = side
        now = time.monotonic()
        log = OutputLog(self.run.job.settings.output_bytes)
        does_run = command == supervisor.CONTEND
        job = self.job(side) if does_run else replace(self.job(side), files={})
        seen = self.observations[side] if does_run else Observations()  # a reader has no tripwire
        deadline = now + (self.run.deadline - now) / turns_left
        own = replace(self.run, job=job, log=log, observations=seen, deadline=deadline)
        try:
            with own.contestant({}, command) as contestant:
                yield contestant
        finally:
            self.tails[side] = log.tail()[-_TAIL_CHARACTERS:]
        self.noted.side = ""


def main() -> None:
    """Read the pair from standard input, compare, print the result; never with another process alive."""
    began, message = supervisor.begin()
    pair = unpacked_pair(message)
    supervisor.announce()
    settings = pair.first.settings
    run = supervisor.Run(job=pair.first, log=OutputLog(settings.output_bytes), deadline=began + settings.seconds)
    review = Review(pair=pair, run=run)
    report = supervisor.observed(run, lambda: compare(review))
    noted = review.noted
    report |= {"side": noted.side or None, "scores": noted.scores, "evidence": noted.evidence()}
    report["observed"] = {side: seen.as_json() for side, seen in review.observations.items()}
    report["log_tail"] = "\n".join(filter(None, review.tails.values()))
    supervisor.finish(pair.first.nonce, report)


def compare(review: Review) -> None:
    """Compare the code, then the models if both may be run.

    Raises:
        FaultError: one side's turn has failed; ``noted`` says whose.
    """
    turns = 4 if review.pair.comparison.is_run else 2
    first, second = (_read(review, side, turns - number) for number, side in enumerate(SIDES))
    review.noted.scores |= code_scores(first, second)
    review.noted.matches = [
        {
            "first": {"path": match.first.path, "lines": list(match.first.lines)},
            "second": {"path": match.second.path, "lines": list(match.second.lines)},
            "likeness": round(match.likeness, 4),
        }
        for match in matches(first, second)
    ]
    if review.pair.comparison.is_run:
        (one, ones), (other, others) = (_observe(review, side, 2 - number) for number, side in enumerate(SIDES))
        _compare_models(review, one, other)
        _compare_outputs(review, ones, others)


def _read(review: Review, side: str, turns_left: int) -> tuple[Unit, ...]:
    """The definitions of one side's code, by a process that parses it."""
    message = reading.request(review.job(side).files)
    paths = [path for path in review.job(side).files if path.endswith(".py")]
    with review.turn(side, supervisor.READ, turns_left=turns_left) as reader:
        answer = reader.exchange(message, answer="read", max_body=MAX_GRAMS * GRAM_BYTES)
        units, unread = checked_units(answer, paths)
    review.noted.unread[side] = list(unread[:_MAX_UNREAD])
    grams = {gram for unit in units for gram in unit.grams}
    review.noted.sizes[side] |= {"definitions": len(units), "grams": len(grams)}
    return units


def _observe(review: Review, side: str, turns_left: int) -> tuple[Anatomy, Logits]:
    """How one side's model is built, and what it makes of contexts with parameters that it is given."""
    job, comparison = review.job(side), review.pair.comparison
    settings = job.settings
    numbers = probing.Numbers(comparison.seed)
    contexts = probing.contexts(comparison.seed, count=comparison.contexts, length=settings.sequence_length)
    question = Message(header={"kind": "contexts"}, body=contexts)
    size = probing.logit_bytes(comparison.contexts)
    logits: Logits = {}
    with review.turn(side, supervisor.CONTEND, turns_left=turns_left) as contestant:
        begin(job, contestant, "subject")
        anatomy = checked_anatomy(contestant.exchange(Message(header={"kind": "describe"}), answer="described"))
        for probe in probing.Probe:
            parameters = numbers.parameters(anatomy.parameters, probe, limit=settings.state_bytes)
            contestant.exchange(parameters, answer="filled")
            answer = contestant.exchange(question, answer="logits", max_body=size, oversize=Fault.BAD_LOGITS)
            logits[probe] = checked_logits(answer.body, comparison.contexts)
    review.noted.sizes[side] |= {
        "modules": len(anatomy.modules),
        "tensors": len(anatomy.parameters),
        "parameters": sum(tensor.elements for tensor in anatomy.parameters),
    }
    return anatomy, logits


def _compare_models(review: Review, first: Anatomy, second: Anatomy) -> None:
    noted = review.noted
    noted.scores |= anatomy_scores(first, second)
    noted.copied = copied(first, second)
    largest = sorted(twins(first, second), key=lambda pair: -pair[0].elements)[:_MAX_TENSORS]
    noted.tensors = [
        {"first": one.name[:_NAME_CHARACTERS], "second": other.name[:_NAME_CHARACTERS], "shape": list(one.shape)}
        for one, other in largest
    ]


def _compare_outputs(review: Review, first: Logits, second: Logits) -> None:
    """Outputs say something where most parameters of one model have a place in the other one."""
    if review.noted.copied is None or review.noted.copied < LEAST_COPIED:
        return
    for probe in probing.Probe:
        value = agreement(first[probe], second[probe])
        if value is not None:
            review.noted.scores[probe.value] = value
