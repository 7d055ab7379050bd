"""The awaited gate decides as the other one does, several at a time, and ends in order."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from prism import AsyncGate, GuardError, Outcome, PolicyError, UsageError

EXAMPLES = Path(__file__).parents[1] / "examples"
SLOW = """\
import time

from prism import hookimpl


@hookimpl
def prism_check_project(project):
    time.sleep(1)
    return []
"""


def opened(
    use: Callable[[AsyncGate], Coroutine[Any, Any, Any]], reference: str | Path = "default", *, at_once: int = 1
) -> Any:  # noqa: ANN401 - what the use returns
    async def main() -> Any:  # noqa: ANN401 - the same
        async with AsyncGate.from_policy(reference, at_once=at_once) as gate:
            return await use(gate)

    return asyncio.run(main())


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    policy = tmp_path / "slow.yaml"
    policy.write_text("policy: 1\nname: slow\nextends: default\nplugins: {slow: {from: slow.py}}\n", encoding="utf-8")
    return policy


def test_many_projects_at_once_get_each_its_own_verdict() -> None:
    projects = sorted(EXAMPLES.glob("ho*-*"))

    async def use(gate: AsyncGate) -> list[Outcome]:
        return [review.verdict for review in await asyncio.gather(*map(gate.review, projects))]

    expected = [Outcome.REJECTED if "hostile" in path.name else Outcome.APPROVED for path in projects]
    assert opened(use, at_once=2) == expected


def test_two_gates_work_at_a_time_and_the_loop_goes_on(slow: Path) -> None:
    ticks = 0

    async def ticking() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.05)
            ticks += 1

    async def use(gate: AsyncGate) -> float:
        task = asyncio.create_task(ticking())
        await gate.check(EXAMPLES / "honest-small")
        began = time.monotonic()
        await asyncio.gather(*(gate.review(EXAMPLES / "honest-small") for _ in range(2)))
        task.cancel()
        return time.monotonic() - began

    assert opened(use, slow, at_once=2) >= 1
    assert ticks >= 5


def test_who_is_cancelled_leaves_and_the_gate_is_used_again(slow: Path) -> None:
    async def use(gate: AsyncGate) -> Outcome:
        waiting = [asyncio.create_task(gate.review(EXAMPLES / "honest-small")) for _ in range(3)]
        await asyncio.sleep(0.3)
        for task in waiting:
            task.cancel()
        gone = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in gone)
        return (await gate.review(EXAMPLES / "honest-small")).verdict

    assert opened(use, slow) is Outcome.APPROVED


def test_examined_projects_can_be_run() -> None:
    async def use(gate: AsyncGate) -> str:
        return (await gate.run(await gate.examine(EXAMPLES / "hostile-eval"))).status

    assert opened(use) == "rejected"


def test_errors_are_those_of_the_gate() -> None:
    async def use(gate: AsyncGate) -> None:
        with pytest.raises(UsageError):
            await gate.review(EXAMPLES / "no-such-project")

    opened(use)
    with pytest.raises(PolicyError):
        opened(use, "no-such-policy")
    with pytest.raises(ValueError, match="max_workers"):
        AsyncGate(at_once=0)


def test_before_it_is_opened_and_after_it_is_closed_nothing_is_decided() -> None:
    gate = AsyncGate.from_policy()

    async def main() -> None:
        with pytest.raises(RuntimeError, match="async with"):
            await gate.review(b"")
        async with gate:
            assert gate.gate.policy.name == "default"
        with pytest.raises(GuardError, match="closed"):
            await gate.review(b"")

    asyncio.run(main())


def test_whoever_waits_for_his_turn_is_told_that_the_gate_was_closed(slow: Path) -> None:
    async def main() -> list[object]:
        gate = AsyncGate.from_policy(slow)
        async with gate:
            waiting = [asyncio.create_task(gate.review(EXAMPLES / "honest-small")) for _ in range(3)]
            await asyncio.sleep(0.1)
        return await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(each) for each in asyncio.run(main())] == [GuardError] * 3


def test_who_gives_up_opening_leaves_no_process() -> None:
    def children() -> set[str]:
        tasks = Path("/proc/self/task").iterdir()
        return {pid for task in tasks for pid in (task / "children").read_text().split()}

    async def main() -> None:
        gate = AsyncGate.from_policy(at_once=4)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(gate.__aenter__(), 0.01)

    before = children()
    asyncio.run(main())
    assert children() == before
