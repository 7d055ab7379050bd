"""What submissions come to, counted in both databases."""

from prism.core_rules import UNPARSABLE
from prism.service.queue import Queue
from prism.service.records import Statistics
from prism.verdict import Outcome
from tests.service.deliveries import ALICE, BOB, completed, decided, failed, upload


def test_nothing_is_counted_of_nothing(queue: Queue) -> None:
    assert queue.statistics() == Statistics(rules={}, failures={})


def test_rules_are_counted_by_status_and_failures_by_reason(queue: Queue) -> None:
    conclusions = (decided(Outcome.REJECTED), decided(Outcome.HELD), decided(Outcome.REJECTED), failed(), completed())
    for number, conclusion in enumerate(conclusions):
        queue.accept(upload(f"{number}"), ALICE if number % 2 else BOB)
        claim = queue.claim("tested")
        assert claim is not None
        queue.finish(claim, conclusion)
    found = queue.statistics()
    assert found.rules == {UNPARSABLE.id: {"rejected": 2, "held": 1}}
    assert found.failures == {"project-raised": 1}
