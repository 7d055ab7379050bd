"""Whose memory was short when the kernel killed a process: the container's own, or its host's."""

from pathlib import Path

import pytest

from prism.evaluator.usage import is_host_short_of_memory, limits_hit

V2 = "low 0\nhigh 0\nmax {}\noom {}\noom_kill {}\noom_group_kill 0\n"
V1 = "oom_kill_disable 0\nunder_oom 0\noom_kill {}\n"


@pytest.mark.parametrize(
    ("files", "hit", "is_short"),
    [
        ({"memory.events": V2.format(0, 0, 0)}, (), False),
        ({"memory.events": V2.format(9, 1, 1)}, ("memory_bytes",), False),
        ({"memory.events": V2.format(9, 1, 0)}, (), False),
        ({"memory.events": V2.format(0, 0, 1)}, (), True),
        ({"memory.events": V2.format(9, 0, 1)}, (), True),
        ({"memory/memory.oom_control": V1.format(0), "memory/memory.failcnt": "7"}, (), False),
        ({"memory/memory.oom_control": V1.format(1), "memory/memory.failcnt": "7"}, ("memory_bytes",), False),
        ({"memory/memory.oom_control": V1.format(1), "memory/memory.failcnt": "0"}, (), True),
        (
            {
                "memory/memory.oom_control": V1.format(1),
                "memory/memory.failcnt": "0",
                "memory/memory.memsw.failcnt": "3",
            },
            ("memory_bytes",),
            False,
        ),
        (
            {
                "memory/memory.oom_control": V1.format(1),
                "memory/memory.failcnt": "0",
                "memory/memory.max_usage_in_bytes": "399998976",
                "memory/memory.limit_in_bytes": "400000000",
            },
            ("memory_bytes",),
            False,
        ),
        (
            {
                "memory/memory.oom_control": V1.format(1),
                "memory/memory.failcnt": "0",
                "memory/memory.max_usage_in_bytes": "300000000",
                "memory/memory.limit_in_bytes": "400000000",
            },
            (),
            True,
        ),
        ({"pids.events": "max 2\n"}, ("pids",), False),
        ({}, (), False),
    ],
)
def test_whose_memory_was_short(tmp_path: Path, files: dict[str, str], hit: tuple[str, ...], is_short: bool) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    assert limits_hit(tmp_path) == hit
    assert is_host_short_of_memory(tmp_path) is is_short
