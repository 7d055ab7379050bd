"""Whoever asks whether the service is ready is answered, also while a part does not answer."""

import asyncio
import threading

import pytest

from prism.service import readiness
from prism.service.readiness import NO_ANSWER, READY, Readiness


def test_a_part_that_hangs_keeps_one_thread_and_nobody_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ANSWER_SECONDS", 0.05)
    answers, asked = threading.Event(), []

    def engine() -> None:
        asked.append(threading.get_ident())
        answers.wait(30)

    async def ask() -> None:
        looked = Readiness({"engine": engine})
        for _ in range(2):
            hung = await asyncio.gather(*(looked.soon() for _ in range(100)))
            assert hung == [{"readiness": NO_ANSWER}] * 100
        assert len(asked) == 1
        answers.set()
        while await looked.soon() != {"engine": READY}:
            pass
        assert len(asked) == 1

    asyncio.run(ask())


def test_somebody_who_goes_takes_the_answer_from_nobody_else() -> None:
    async def ask() -> None:
        answers = threading.Event()

        def engine() -> None:
            answers.wait(30)

        looked = Readiness({"engine": engine})
        gone, stays = asyncio.create_task(looked.soon()), asyncio.create_task(looked.soon())
        await asyncio.sleep(0)
        gone.cancel()
        answers.set()
        assert await stays == {"engine": READY}

    asyncio.run(ask())
