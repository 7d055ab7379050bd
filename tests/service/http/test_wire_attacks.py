"""Attacks in bytes that no orderly client sends, against a real server: each has its answer, and none has an effect."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.service.http.attacks import attacks, bytes_of, codes, corpus, statuses
from tests.service.http.conftest import SHORT
from tests.service.http.servers import Server, running


@pytest.mark.parametrize("case", attacks("wire"))
def test_it_has_its_answer_and_no_effect(file_server: Server, case: dict[str, Any]) -> None:
    before = file_server.ask("GET", "/internal/v1/submissions?limit=1").json
    known = len(file_server.log())
    received = file_server.raw(bytes_of(case))
    assert (statuses(received), codes(received)) == (case["answers"], case.get("codes", []))
    assert file_server.ask("GET", "/internal/v1/submissions?limit=1").json == before
    assert not [line for line in file_server.log()[known:] if line.get("path") == "/smuggled"]


def test_all_at_once_have_theirs_and_no_effect_on_the_other_database(
    postgres: Callable[[], str], tmp_path: Path
) -> None:
    cases = corpus("wire")
    with running(postgres(), tmp_path, **SHORT) as server, ThreadPoolExecutor(24) as pool:
        received = dict(zip(cases, pool.map(lambda case: server.raw(bytes_of(case)), cases.values()), strict=True))
        wrong = {
            name: answers
            for name, answers in received.items()
            if (statuses(answers), codes(answers)) != (cases[name]["answers"], cases[name].get("codes", []))
        }
        assert wrong == {}
        assert server.ask("GET", "/internal/v1/submissions").json["submissions"] == []
        assert not [line for line in server.log() if line.get("path") == "/smuggled"]
