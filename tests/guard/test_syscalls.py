"""The guarded child cannot change, reach or start anything, whatever the code in it tries."""

import errno
import platform
import struct
from pathlib import Path

import pytest

from prism.errors import GuardError
from prism.guard.syscalls import MACHINES, REFUSED, filter_program
from tests.guard.test_guard import guard_with

ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def test_nothing_a_plugin_tries_gets_out(tmp_path: Path) -> None:
    (tmp_path / "first.py").write_text("x = 1\n")
    with guard_with("escapes") as guard:
        ledger = guard.review(tmp_path)
    assert [(finding.rule, finding.message) for finding in ledger.findings] == [("escapes/tried", "22 attempts")]


def run_filter(program: bytes, number: int, arguments: tuple[int, ...] = (), machine: int | None = None) -> int:
    """What a filter answers to one call: a small interpreter of the few instructions in use."""
    data = struct.pack(
        "=IIQ6Q", number, AUDIT[platform.machine()] if machine is None else machine, 0, *(*arguments, *[0] * 6)[:6]
    )
    code = list(struct.iter_unpack("=HBBI", program))
    register, place = 0, 0
    while True:
        operation, yes, no, value = code[place]
        if operation == 0x06:
            return int(value)
        if operation == 0x20:
            (register,) = struct.unpack_from("=I", data, value)
            place += 1
            continue
        holds = {0x15: register == value, 0x35: register >= value, 0x45: bool(register & value)}[operation]
        place += 1 + (yes if holds else no)


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_answers_as_the_table_says(machine: str) -> None:
    program, column, audit = filter_program(machine), MACHINES[machine], AUDIT[machine]
    for name, numbers in REFUSED.items():
        number = numbers[column]
        assert number is None or run_filter(program, number, machine=audit) == REFUSE, name
    openat, prlimit = ((257, 302), (56, 261))[column]
    assert run_filter(program, openat, (0, 0, 0), audit) == ALLOW
    for flags in (0o1, 0o2, 0o100, 0o1000, 0o102):
        assert run_filter(program, openat, (0, 0, flags), audit) == REFUSE
    assert run_filter(program, prlimit, (0, 0, 0), audit) == ALLOW
    for pointer in (0x1000, 0x1_0000_0000):
        assert run_filter(program, prlimit, (0, 0, pointer), audit) == REFUSE


def test_calls_of_another_machine_and_of_x32_are_refused() -> None:
    program = filter_program("x86_64")
    assert run_filter(program, 0, machine=0x40000003) == REFUSE
    assert run_filter(program, 0x40000000, machine=AUDIT["x86_64"]) == REFUSE
    assert run_filter(program, 0, machine=AUDIT["x86_64"]) == ALLOW


def test_an_unknown_machine_is_refused() -> None:
    with pytest.raises(GuardError, match="mips"):
        filter_program("mips")
