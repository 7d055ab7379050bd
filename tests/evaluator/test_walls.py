"""What the supervisor finds in force, from files as the two versions of control groups have them."""

import math
from pathlib import Path

import pytest

from prism.evaluator.walls import control_groups, exceeded

TOLD = {"memory_bytes": 1000.0, "swap_bytes": 0.0, "pids": 5.0, "cpus": 0.5}
NO_SWAP = {"proc/swaps": "Filename\tType\tSize\tUsed\tPriority\n"}
SECOND = {"memory.max": "1000\n", "memory.swap.max": "0\n", "pids.max": "5\n", "cpu.max": "50000 100000\n"}
FIRST = {
    "memory/memory.limit_in_bytes": "1000\n",
    "memory/memory.memsw.limit_in_bytes": "1000\n",
    "pids/pids.max": "5\n",
    "cpu/cpu.cfs_quota_us": "50000\n",
    "cpu/cpu.cfs_period_us": "100000\n",
}


def written(root: Path, groups: dict[str, str], others: dict[str, str] | None = None) -> Path:
    files = {f"sys/fs/cgroup/{name}": text for name, text in groups.items()} | (others or {})
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize("groups", [FIRST, SECOND])
def test_limits_in_force_are_found_and_nothing_is_wrong(tmp_path: Path, groups: dict[str, str]) -> None:
    found = control_groups(written(tmp_path, groups))

    assert found.keys() == TOLD.keys()
    assert exceeded(TOLD, found, must_see=True) == []


@pytest.mark.parametrize(
    ("groups", "name", "text", "limit"),
    [
        (SECOND, "memory.max", "max", "memory_bytes"),
        (SECOND, "memory.max", "1001", "memory_bytes"),
        (SECOND, "memory.swap.max", "max", "swap_bytes"),
        (SECOND, "pids.max", "max", "pids"),
        (SECOND, "cpu.max", "max 100000", "cpus"),
        (SECOND, "cpu.max", "51000 100000", "cpus"),
        (FIRST, "memory/memory.limit_in_bytes", "9223372036854771712", "memory_bytes"),
        (FIRST, "memory/memory.memsw.limit_in_bytes", "2000", "swap_bytes"),
        (FIRST, "pids/pids.max", "max", "pids"),
        (FIRST, "cpu/cpu.cfs_quota_us", "-1", "cpus"),
    ],
)
def test_a_limit_that_was_dropped_or_is_too_high_is_named(
    tmp_path: Path, groups: dict[str, str], name: str, text: str, limit: str
) -> None:
    found = control_groups(written(tmp_path, groups | {name: text}))

    assert [sentence.split()[0] for sentence in exceeded(TOLD, found, must_see=False)] == [limit]


@pytest.mark.parametrize(
    ("groups", "name"), [(SECOND, "memory.swap.max"), (FIRST, "memory/memory.memsw.limit_in_bytes")]
)
def test_swap_without_a_limit_is_none_only_where_the_host_has_none(
    tmp_path: Path, groups: dict[str, str], name: str
) -> None:
    lacking = {key: text for key, text in groups.items() if key != name}
    some = {"proc/swaps": f"{NO_SWAP['proc/swaps']}/dev/sda2 partition 1 0 -2\n"}

    assert control_groups(written(tmp_path / "some", lacking, some))["swap_bytes"] is None
    assert control_groups(written(tmp_path / "none", lacking, NO_SWAP))["swap_bytes"] == 0


def test_what_cannot_be_seen_is_wrong_only_where_nobody_else_has_looked(tmp_path: Path) -> None:
    found = control_groups(tmp_path)

    assert set(found.values()) == {None}
    assert exceeded(TOLD, found, must_see=False) == []
    assert len(exceeded(TOLD, found, must_see=True)) == 4
    assert math.inf not in found.values()
