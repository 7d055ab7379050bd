"""What the service refuses for a while: too much of one hotkey or of all, and anything while its database is away."""

import socket
from pathlib import Path

from tests.service.http.servers import Server, hotkey, running


def test_one_hotkey_and_all_together_may_hand_in_so_much(tmp_path: Path) -> None:
    limits = {"PRISM_QUEUE_HOTKEY_PER_HOUR": "2", "PRISM_QUEUE_WAITING": "3"}
    with running(str(tmp_path / "store.sqlite3"), tmp_path, **limits) as server:
        assert [server.hand_in(body, key=hotkey(1)).status for body in (b"PK 1", b"PK 2")] == [202, 202]
        third = server.hand_in(b"PK 3", key=hotkey(1))
        assert (third.status, third.code) == (429, "rate-limited")
        assert 0 < int(third.headers["retry-after"]) <= 3_600
        assert server.hand_in(b"PK 2", key=hotkey(1)).status == 200
        assert server.hand_in(b"PK 3", key=hotkey(2)).status == 202
        fourth = server.hand_in(b"PK 4", key=hotkey(3))
        assert (fourth.status, fourth.code) == (429, "queue-full")
        assert int(fourth.headers["retry-after"]) > 0


def test_nothing_is_acknowledged_while_the_database_is_away(tmp_path: Path) -> None:
    with running("postgresql://prism@127.0.0.1:1/prism", tmp_path) as server:
        answer = server.hand_in(b"PK")
        assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "store-unavailable", "5")
        assert "127.0.0.1:1" not in answer.body.decode()
        for path in ("/internal/v1/submissions", "/internal/v1/holds", "/v1/submissions/x", "/internal/v1/get_weights"):
            assert server.ask("GET", path).code == "store-unavailable"
        ready = server.ask("GET", "/ready", token=None)
        assert (ready.status, ready.json["status"]) == (503, "not-ready")
        assert ready.json["parts"]["database"] == "store-unavailable"
        assert server.ask("GET", "/health", token=None).status == 200


def test_whoever_is_one_too_many_is_told_so(tmp_path: Path) -> None:
    with running(str(tmp_path / "store.sqlite3"), tmp_path, PRISM_CONNECTIONS="8") as server:
        held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(8)]
        assert refused(server) == 503
        for each in held:
            each.close()
        while refused(server) != 200:
            pass


def refused(server: Server) -> int:
    return server.ask("GET", "/health", token=None).status
