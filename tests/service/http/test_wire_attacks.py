"""Attacks in bytes that no orderly client sends, against a real server: each has its answer, and none has an effect."""

from typing import Any

import pytest

from tests.service.http.attacks import attacks, bytes_of, codes, statuses
from tests.service.http.servers import Server


@pytest.mark.parametrize("case", attacks("wire"))
def test_it_has_its_answer_and_no_effect(file_server: Server, case: dict[str, Any]) -> None:
    before = file_server.ask("GET", "/internal/v1/submissions?limit=1").json
    known = len(file_server.log())
    received = file_server.raw(bytes_of(case))
    assert (statuses(received), codes(received)) == (case["answers"], case.get("codes", []))
    assert file_server.ask("GET", "/internal/v1/submissions?limit=1").json == before
    assert not [line for line in file_server.log()[known:] if line.get("path") == "/smuggled"]
