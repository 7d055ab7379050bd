"""The page that Prometheus reads: how the queue stands and what was counted, from the database, and the process's own.

What comes from the database is the same whichever process is asked, and holds for all of them: for every API and worker
process that uses the store. Workers have no page of their own.
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from prism import __version__
from prism.errors import PrismError, StoreError
from prism.service import breakers
from prism.service.policy_in_force import PolicyInForce
from prism.service.queue import Queue
from prism.service.records import QueueState
from prism.service.telemetry.families import COUNTED, HOLDS, OF_REVIEWERS, REJECTIONS, TIMED, Durations, Family
from prism.service.telemetry.tallying import INFINITE, SUM
from prism.service.telemetry.traffic import Traffic

FRESH_SECONDS: Final = 2.0
PARTS: Final = (breakers.BROKER, breakers.CORPUS, breakers.GUARD, breakers.REVIEWER)
Tallies = Mapping[str, Mapping[str, float]]
log = logging.getLogger(__name__)


class Meter:
    """What this process tells Prometheus."""

    def __init__(self, queue: Queue, policy: PolicyInForce) -> None:
        self.traffic = Traffic()
        self.traffic.registry.register(_Store(queue, policy))
        self.traffic.registry.register(_Build(policy))

    def page(self) -> bytes:
        """The numbers as they are now, in Prometheus' text format."""
        return generate_latest(self.traffic.registry)


class _Store(Collector):
    """What the database says, asked not more often than every few seconds, however many ask."""

    def __init__(self, queue: Queue, policy: PolicyInForce) -> None:
        self._queue = queue
        self._policy = policy
        self._turn = threading.Lock()
        self._read_at = float("-inf")
        self._found: tuple[Metric, ...] = ()

    def describe(self) -> Iterable[Metric]:
        """Nothing before it is asked: the database need not be there when the process starts."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """How the queue stands, and every counter."""
        with self._turn:
            if time.monotonic() - self._read_at >= FRESH_SECONDS:
                self._found = tuple(self._asked())
                self._read_at = time.monotonic()
            return self._found

    def _asked(self) -> Iterator[Metric]:
        up = "Whether the database has answered; if not, what comes from it is missing."
        try:
            state, tallies = self._queue.state(), self._queue.tallies()
        except StoreError as error:
            log.warning("the database cannot be asked for its numbers: %s: %s", error.code, error.what)
            yield GaugeMetricFamily("prism_store_up", up, value=0)
            return
        yield GaugeMetricFamily("prism_store_up", up, value=1)
        yield from _of_state(state)
        for family in COUNTED:
            yield _counter(family, {**dict.fromkeys(self._known(family), 0.0), **tallies.get(family.name, {})})
        yield from (_histogram(durations, tallies.get(durations.name, {})) for durations in TIMED)

    def _known(self, family: Family) -> tuple[str, ...]:
        """The labels that are there from the beginning: also the rules and the reviewers that the policy selects."""
        try:
            if family in {REJECTIONS, HOLDS}:
                return tuple(self._policy.host().rules)
            return self._policy.host().implementers("prism_review") if family in OF_REVIEWERS else family.known
        except PrismError:  # the other part of the page says so
            return family.known


class _Build(Collector):
    """What answers, and by which policy it decides."""

    def __init__(self, policy: PolicyInForce) -> None:
        self._policy = policy

    def describe(self) -> Iterable[Metric]:
        """Nothing before it is asked."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """One number, 1, whose labels say it; without the policy's while that cannot be used."""
        labels = {"version": __version__, "policy": "", "policy_digest": ""}
        try:
            effective = self._policy.current()
            labels |= {"policy": effective.policy.name, "policy_digest": effective.digest}
        except PrismError as error:
            log.warning("the policy cannot be used: %s: %s", error.code, error.what)
        found = GaugeMetricFamily("prism_build_info", "Version and policy of this process.", labels=tuple(labels))
        found.add_metric(tuple(labels.values()), 1)
        yield found


def _of_state(state: QueueState) -> Iterator[Metric]:
    away = {part: float(part in state.open_breakers) for part in (*PARTS, *state.open_breakers)}
    yield _gauge("prism_submissions", "Submissions by where they stand.", "status", state.counts)
    help_ = "Age of the oldest submission that stands there; what has ended stays for good and has none."
    waiting = {status: state.oldest_seconds.get(status, 0.0) for status in ("pending", "running", "held")}
    yield _gauge("prism_oldest_submission_seconds", help_, "status", waiting)
    yield _gauge("prism_part_away", "Whether a part failed in a row and is waited for.", "part", away)
    help_ = "Submissions that are held because every attempt failed by no fault of theirs."
    yield GaugeMetricFamily("prism_dead_submissions", help_, value=state.dead)


def _gauge(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    found = GaugeMetricFamily(name, text, labels=(label,))
    for value, number in sorted(values.items()):
        found.add_metric((value,), number)
    return found


def _counter(family: Family, values: Mapping[str, float]) -> Metric:
    found = CounterMetricFamily(family.name, family.help, labels=(family.label,))
    for value, number in sorted(values.items()):
        found.add_metric((value,), number)
    return found


def _histogram(durations: Durations, values: Mapping[str, float]) -> Metric:
    found = HistogramMetricFamily(durations.name, durations.help)
    total, buckets = 0.0, []
    for bound in (*(f"{each:g}" for each in durations.bounds), INFINITE):
        total += values.get(bound, 0.0)
        buckets.append((bound, total))
    found.add_metric((), buckets, values.get(SUM, 0.0))
    return found
