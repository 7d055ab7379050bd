"""What the first page warns of, and what is told of a broker's promises."""

from pathlib import Path

from prism.policy.loading import load
from prism.service.console.access import Visit
from prism.service.console.overview import Promises, promises_of, queues, system
from prism.service.records import Page, QueueState
from prism.submission import SubmissionStatus

VISIT = Visit(operator="Ada", form_token="0" * 64)


def test_what_is_wrong_comes_first() -> None:
    state = QueueState(
        counts={str(status): 0 for status in SubmissionStatus} | {"held": 3},
        dead=2,
        oldest_seconds={"held": 90_000.0},
        open_breakers=("broker",),
    )
    page = queues(state, {"database": "ready", "broker": "engine-unavailable"}, Page(entries=(), next=None), VISIT)
    for told in ("broker is not ready: engine-unavailable", "broker failed in a row", "2 submissions were given up"):
        assert told in page
    assert "1 d 1 h" in page
    assert "database is not ready" not in page


def test_promises_are_told_as_they_were_found() -> None:
    effective = load("default")
    ready = {"database": "ready"}
    found = Promises(required=("a/kept", "a/broken", "a/new"), found={"a/kept": "kept", "a/broken": "broken"})
    page = system(effective, ready, found, VISIT)
    assert 'class="badge kept"' in page
    assert 'class="badge broken"' in page
    assert "not tried" in page
    assert "Never verified." in page
    assert "requires no proof" in system(effective, ready, Promises(), VISIT)
    assert "engine-unavailable: gone" in system(effective, ready, Promises(problem="engine-unavailable: gone"), VISIT)


def test_a_broker_that_cannot_be_asked_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    broker = "{settings: {base_url: 'unix:///nonexistent.sock'}}"
    policy.write_text(
        f"policy: 1\nextends: default\nname: t\nrunner: {{broker: {broker}, verification: {{required: [all]}}}}\n"
    )
    assert promises_of(load("default")) == Promises()
    assert promises_of(load(str(policy))).problem
