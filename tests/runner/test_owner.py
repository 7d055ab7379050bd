"""A dead owner's containers are known as such, and those of the living and of strangers are not touched."""

import subprocess
import sys

import pytest

from prism.runner import owner


def test_this_living_process_has_not_abandoned_its_run() -> None:
    with owner.under_way("job"):
        assert not owner.is_abandoned(owner.labels("job", 60))


def test_this_living_process_has_abandoned_what_it_could_not_remove_after_the_run() -> None:
    with owner.under_way("job"), owner.under_way("job"):
        pass

    assert owner.is_abandoned(owner.labels("job", 60))


def test_a_second_run_of_a_job_that_is_refused_does_not_give_the_first_away() -> None:
    with owner.under_way("job"):
        with owner.under_way("job"):
            pass
        assert not owner.is_abandoned(owner.labels("job", 60))


def test_a_process_that_has_ended_has() -> None:
    code = "from prism.runner import owner; print(owner.this_process())"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert owner.is_abandoned(owner.labels("job", 60) | {owner.OWNER_LABEL: ended.stdout.strip()})


def changed(place: int, value: str) -> dict[str, str]:
    parts = owner.this_process().split("/")
    parts[place] = value
    return owner.labels("job", 60) | {owner.OWNER_LABEL: "/".join(parts)}


@pytest.mark.parametrize(
    ("place", "value", "is_abandoned"),
    [
        (0, "another-machine", False),
        (1, "an-earlier-boot", True),
        (2, "another-namespace", False),
        (3, "4194304", True),
        (4, "1", True),
    ],
    ids=["machine", "boot", "namespace", "pid", "start"],
)
def test_an_owner_is_judged_only_where_it_can_be_seen(place: int, value: str, is_abandoned: bool) -> None:
    assert owner.is_abandoned(changed(place, value)) is is_abandoned


@pytest.mark.parametrize("expires", ["", "x", "1"])
def test_a_run_long_overdue_is_abandoned_whoever_started_it(expires: str) -> None:
    assert owner.is_abandoned(changed(0, "another-machine") | {owner.EXPIRES_LABEL: expires})


def test_labels_without_an_owner_wait_until_they_expire() -> None:
    labels = {name: value for name, value in owner.labels("job", 60).items() if name != owner.OWNER_LABEL}

    assert not owner.is_abandoned(labels)
