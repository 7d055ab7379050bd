"""A contestant that lies, hangs, floods or dies is a fault with a reason; an honest one is answered for.

The contestants here are a few lines each in a real process with real pipes; nothing of a project is run.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from prism.evaluator.confinement import ConfinementError, confine_contestant
from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.frames import Message
from prism.evaluator.observation import Observations
from prism.evaluator.process import Contestant, OutputLog, StartError

ROOT = Path(__file__).parents[2]
PREAMBLE = f"""
import os, sys, time
sys.path.insert(0, {str(ROOT)!r})
from prism.evaluator.frames import Message, encoded, receive, send
def answer(body=b"", **header):
    receive(3, 99)
    send(4, Message(header=header, body=body))
"""


@contextmanager
def contestant(code: str, *, seconds: float = 20.0, output: int = 100_000) -> Iterator[tuple[Contestant, OutputLog]]:
    log = OutputLog(output)
    started = Contestant(
        (sys.executable, "-I", "-c", PREAMBLE + code),
        {"ONLY": "this"},
        confine=partial(confine_contestant, has_network=False, supervisor=1),
        log=log,
        observations=Observations(),
        deadline=time.monotonic() + seconds,
    )
    try:
        yield started, log
    finally:
        os.kill(started.pid, signal.SIGKILL)
        os.waitpid(started.pid, 0)


def observed_after(code: str) -> list[str]:
    with contestant(code) as (started, _):
        for _ in range(2):
            started.exchange(Message(), answer="ready")
        return [each["what"] for each in started._observations.as_json()]


ANSWERING = "answer(kind='ready');"


@pytest.mark.parametrize(
    ("code", "observed"),
    [
        (f"os.write(5, b'armed'); {ANSWERING} {ANSWERING} time.sleep(60)", []),
        (f"{ANSWERING} {ANSWERING} time.sleep(60)", ["silent"]),
        (f"os.write(5, b'armed'); os.write(5, b'process\\nfork\\nmodel.py:1'); {ANSWERING} {ANSWERING}", ["fork"]),
        (f"os.write(5, b'armed'); {ANSWERING} os.close(5); {ANSWERING} time.sleep(60)", ["closed"]),
    ],
)
def test_what_the_tripwire_tells_is_read_before_the_answer_and_its_silence_is_noted(
    code: str, observed: list[str]
) -> None:
    assert observed_after(code) == observed


def fault_of(code: str, *, seconds: float = 20.0, output: int = 100_000, body: bytes = b"") -> tuple[Fault, str]:
    with (
        contestant(code, seconds=seconds, output=output) as (started, _),
        pytest.raises(FaultError) as caught,
    ):
        started.exchange(Message(header={"kind": "open"}, body=body), answer="ready", max_body=10)
    return caught.value.fault, caught.value.detail


def test_an_answer_of_the_expected_kind_is_returned() -> None:
    code = "message = receive(3, 10**7); send(4, Message(header={'kind': 'ready'}, body=message.body[-3:]))"
    with contestant(code) as (started, _):
        answer = started.exchange(Message(body=bytes(2_000_000) + b"end"), answer="ready", max_body=10)

    assert answer == Message(header={"kind": "ready"}, body=b"end")


def test_many_exchanges_go_over_the_same_pipes() -> None:
    code = "while True: send(4, Message(header={'kind': 'ready'}, body=receive(3, 100).body))"
    with contestant(code) as (started, _):
        bodies = [
            started.exchange(Message(body=bytes([number])), answer="ready", max_body=1).body for number in range(100)
        ]

    assert bodies == [bytes([number]) for number in range(100)]


def test_it_has_a_clean_environment_six_descriptors_and_its_own_session() -> None:
    code = """
descriptors = [number for number in range(64) if os.path.exists(f'/proc/self/fd/{number}')]
leads = os.getsid(0) == os.getpid()
answer(kind='ready', env=sorted(os.environ), fds=descriptors, leads=leads)
time.sleep(60)
"""
    with contestant(code) as (started, _):
        header = started.exchange(Message(), answer="ready").header

    assert header == {"kind": "ready", "env": ["LC_CTYPE", "ONLY"], "fds": [0, 1, 2, 3, 4, 5], "leads": True}


@pytest.mark.parametrize(
    ("code", "fault", "detail"),
    [
        ("sys.exit(0)", Fault.CONTESTANT_ENDED, "exited with code 0"),
        ("os._exit(7)", Fault.CONTESTANT_ENDED, "exited with code 7"),
        ("os.kill(os.getpid(), 11)", Fault.CONTESTANT_ENDED, "ended by signal 11"),
        ("os.close(4); time.sleep(60)", Fault.CONTESTANT_ENDED, "closed its pipes"),
        ("receive(3, 99); os.write(4, b'x' * 100); time.sleep(60)", Fault.PROTOCOL_BROKEN, "over the bound"),
        ("answer(kind='ready', body=bytes(11))", Fault.PROTOCOL_BROKEN, "over the bound"),
        ("answer(kind='logits')", Fault.PROTOCOL_BROKEN, "'ready'"),
        ("answer(kind='fault', fault='job-unusable', detail='')", Fault.PROTOCOL_BROKEN, ""),
        ("answer(kind='fault', fault=['x'], detail='')", Fault.PROTOCOL_BROKEN, ""),
        ("answer(kind='fault', fault='project-raised')", Fault.PROTOCOL_BROKEN, ""),
        ("answer(kind='fault', fault='project-raised', detail='E' * 9999)", Fault.PROJECT_RAISED, "E" * 500),
        ("answer(kind='fault', fault='project-raised', detail=chr(0xD800))", Fault.PROJECT_RAISED, "\\ud800"),
    ],
)
def test_what_is_not_the_expected_answer_is_a_fault(code: str, fault: Fault, detail: str) -> None:
    found, said = fault_of(code)

    assert found is fault
    assert detail in said
    assert len(said) <= 500


@pytest.mark.parametrize(
    "code", ["time.sleep(60)", "receive(3, 99); os.write(4, b'x'); time.sleep(60)", "os.kill(os.getpid(), 19)"]
)
def test_silence_ends_with_the_time(code: str) -> None:
    assert fault_of(code, seconds=0.7)[0] is Fault.TIME_LIMIT


def test_an_answer_that_lies_there_before_the_question_is_a_fault() -> None:
    code = "receive(3, 100); [send(4, Message(header={'kind': 'ready'})) for _ in range(2)]; time.sleep(60)"
    with contestant(code) as (started, _):
        started.exchange(Message(), answer="ready")
        time.sleep(0.2)
        with pytest.raises(FaultError) as caught:
            started.exchange(Message(), answer="ready")

    assert (caught.value.fault, caught.value.detail) == (Fault.PROTOCOL_BROKEN, "it answered before it was asked")


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("os.write(4, encoded(Message(header={'kind': 'ready'}))); time.sleep(60)", b""),
        ("os.write(4, b'x'); time.sleep(60)", bytes(1_000_000)),
        ("os.read(3, 12); os.write(4, b'x'); time.sleep(60)", b""),
    ],
)
def test_an_answer_to_a_question_that_was_not_read_is_a_fault_whenever_it_comes(code: str, body: bytes) -> None:
    assert fault_of(code, body=body) == (Fault.PROTOCOL_BROKEN, "it answered before it was asked")


def test_a_phase_has_its_own_time_and_the_whole_run_its_end() -> None:
    found = []
    with contestant("time.sleep(60)", seconds=2.0) as (started, _):
        for seconds, limit in ((0.2, "train_seconds"), (100, "predict_seconds")):
            started.allow(seconds, limit)
            with pytest.raises(FaultError) as caught:
                started.exchange(Message(), answer="ready")
            found.append((caught.value.fault, caught.value.limit))

    assert found == [(Fault.TIME_LIMIT, "train_seconds"), (Fault.TIME_LIMIT, "wall_seconds")]


def test_a_contestant_that_does_not_read_cannot_block_its_supervisor() -> None:
    assert fault_of("time.sleep(60)", seconds=0.7, body=bytes(1_000_000))[0] is Fault.TIME_LIMIT


DISTURBED = """
import threading
requests = os.open('/proc/self/fd/3', os.O_RDWR | os.O_NONBLOCK)
answers = os.open('/proc/self/fd/4', os.O_RDONLY | os.O_NONBLOCK)
def disturb(*attempts):
    while True:
        for attempt in attempts:
            try:
                attempt()
            except BlockingIOError:
                pass
put, take = lambda: os.write(requests, bytes(65536)), lambda: os.read(requests, 65536)
answer, take_back = lambda: os.write(4, b'x'), lambda: os.read(answers, 65536)
for attempts in {attempts}:
    threading.Thread(target=disturb, args=attempts, daemon=True).start()
time.sleep(60)
"""


@pytest.mark.parametrize("attempts", ["[(put, take)] * 2", "[(answer, take_back)] * 2"])
def test_a_contestant_at_the_other_ends_of_its_pipes_cannot_stop_its_supervisor(attempts: str) -> None:
    code = DISTURBED.replace("{attempts}", attempts)

    assert fault_of(code, seconds=1.5, body=bytes(100_000_000))[0] in (Fault.TIME_LIMIT, Fault.PROTOCOL_BROKEN)


def test_a_descendant_that_keeps_the_pipes_open_does_not_hide_that_the_contestant_ended() -> None:
    code = "os.fork() or time.sleep(3); os._exit(5)"

    assert fault_of(code) == (Fault.CONTESTANT_ENDED, "it exited with code 5")


def unconfined() -> None:
    raise ConfinementError("no filter here")


@pytest.mark.parametrize(
    ("command", "confine", "why"),
    [
        ("/no/such/program", partial(confine_contestant, has_network=False, supervisor=1), "FileNotFoundError"),
        (sys.executable, unconfined, "ConfinementError: no filter here"),
    ],
)
def test_what_could_not_be_confined_or_started_is_no_fault_of_the_project(
    command: str, confine: Callable[[], None], why: str
) -> None:
    with pytest.raises(StartError, match=why):
        Contestant(
            (command,),
            {},
            confine=confine,
            log=OutputLog(1000),
            observations=Observations(),
            deadline=time.monotonic() + 20,
        )
    os.waitpid(-1, 0)


@pytest.mark.parametrize("descriptor", [1, 2])
def test_a_flood_of_output_ends_the_run_and_only_its_end_is_kept(descriptor: int) -> None:
    with (
        contestant(f"while True: os.write({descriptor}, b'flood' * 1000)") as (started, log),
        pytest.raises(FaultError) as caught,
    ):
        started.exchange(Message(), answer="ready")

    assert caught.value.fault is Fault.OUTPUT_LIMIT
    assert len(log.tail()) == 4096


def test_a_flooded_tripwire_is_noted_and_holds_nobody_up() -> None:
    code = "while True: os.write(5, b'armed')"
    with contestant(code, seconds=1) as (started, _), pytest.raises(FaultError) as caught:
        started.exchange(Message(), answer="ready")

    assert caught.value.fault is Fault.TIME_LIMIT
    assert "flooded" in {each["what"] for each in started._observations.as_json()}


def test_what_is_printed_within_the_limit_is_kept_to_its_end() -> None:
    code = "os.write(1, b'o' * 5000 + b'\\xff'); os.write(2, b'end'); answer(kind='ready')"
    with contestant(code) as (started, log):
        started.exchange(Message(), answer="ready")
        time.sleep(0.1)
        started.close()

    assert log.tail().endswith("oo�end")
