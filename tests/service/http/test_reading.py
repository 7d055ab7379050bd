"""What is told to miners and to operators, and what operators decide, over real servers and both databases."""

import json
from collections.abc import Iterator

import pytest

from prism.gate import Gate
from tests.report.sarif import require_valid
from tests.service.http.ended import APPROVED, HELD, METRICS, REJECTED, end
from tests.service.http.servers import Answer, Server, hotkey, running

KEYS = {"completed": 1, "held": 2, "rejected": 3, "pending": 4}


@pytest.fixture(scope="session")
def gate() -> Iterator[Gate]:
    with Gate.from_policy("default") as opened:
        yield opened


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def full(
    request: pytest.FixtureRequest, gate: Gate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, dict[str, str]]]:
    """A server with a submission of each kind, and their ids."""
    folder = tmp_path_factory.mktemp("reading")
    on_file = request.param == "sqlite"
    with running(str(folder / "s.sqlite3") if on_file else request.getfixturevalue("postgres")(), folder) as server:
        models = {"completed": APPROVED, "held": HELD, "rejected": REJECTED}
        ids = {name: end(server, gate, KEYS[name], model) for name, model in models.items()}
        ids["pending"] = server.hand_in(b"PK waits", key=hotkey(KEYS["pending"])).json["id"]
        yield server, ids


def told(server: Server, submission: str) -> Answer:
    return server.ask("GET", f"/v1/submissions/{submission}", token=None)


def test_a_miner_is_told_where_a_submission_stands(full: tuple[Server, dict[str, str]]) -> None:
    server, ids = full
    for name, key in KEYS.items():
        answer = told(server, ids[name])
        assert (answer.status, answer.json["status"], answer.json["hotkey"]) == (200, name, hotkey(key))


def test_a_miner_is_told_what_to_change(full: tuple[Server, dict[str, str]]) -> None:
    server, ids = full
    rejected = told(server, ids["rejected"]).json
    assert [(each["rule"], each["path"], each["line"]) for each in rejected["findings"]] == [
        ("safety/forbidden-import", "model.py", 1)
    ]
    assert all(each["message"] and each["severity"] for each in rejected["findings"])
    held = told(server, ids["held"]).json
    assert {each["path"] for each in held["findings"]} == {"model.py"}
    assert (held["score"], held["metrics"]) == (None, {})


def test_a_score_is_told_of_what_is_complete_and_of_nothing_else(full: tuple[Server, dict[str, str]]) -> None:
    server, ids = full
    completed = told(server, ids["completed"]).json
    assert (completed["score"], completed["metrics"], completed["findings"]) == (0.5, METRICS, [])
    for name in ("held", "rejected", "pending"):
        assert told(server, ids[name]).json["score"] is None


def test_a_miner_is_told_nothing_of_others_operators_or_hosts(full: tuple[Server, dict[str, str]]) -> None:
    server, ids = full
    for name, submission in ids.items():
        text = told(server, submission).body.decode()
        assert not any(hotkey(key) in text for other, key in KEYS.items() if other != name)
        assert not any(word in text for word in ("worker", "operator", server.location, "lease", "priority"))


@pytest.mark.parametrize(
    "submission", ["x", "0" * 32, "..", "%2e%2e", "%00", "'", "a" * 65, "a" * 5_000, "%F0%9F%92%A9", "-1", "1%20OR%201"]
)
def test_an_id_that_is_none_is_not_found(full: tuple[Server, dict[str, str]], submission: str) -> None:
    server, _ = full
    assert told(server, submission).status == 404
    assert server.ask("GET", f"/internal/v1/submissions/{submission}").status == 404


def test_operators_see_everything_of_a_submission(full: tuple[Server, dict[str, str]]) -> None:
    server, ids = full
    found = server.ask("GET", f"/internal/v1/submissions/{ids['rejected']}").json
    assert found["submission"]["status"] == "rejected"
    (only,) = found["rounds"]
    assert only["review"]["verdict"] == "rejected"
    assert only["review"]["findings"][0]["evidence"]["excerpt"] == "import os"
    assert [each["act"] for each in found["decisions"]] == ["verdict"]


def test_a_review_is_had_as_sarif(full: tuple[Server, dict[str, str]]) -> None:
    server, ids = full
    answer = server.ask("GET", f"/internal/v1/submissions/{ids['rejected']}/review.sarif")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/sarif+json")
    require_valid(answer.json)
    (run,) = answer.json["runs"]
    assert (answer.json["version"], run["properties"]["verdict"]) == ("2.1.0", "rejected")
    assert "safety/forbidden-import" in {result["ruleId"] for result in run["results"]}
    assert run["tool"]["driver"]["rules"][0]["fullDescription"]["text"]
    waiting = server.ask("GET", f"/internal/v1/submissions/{ids['pending']}/review.sarif")
    assert (waiting.status, waiting.code) == (409, "submission-state")
    assert server.ask("GET", f"/internal/v1/submissions/{'0' * 32}/review.sarif").status == 404
    assert server.ask("GET", f"/internal/v1/submissions/{ids['held']}/review.sarif", token=None).status == 401


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"completed", "held", "rejected", "pending"}),
        ("status=held", {"held"}),
        (f"hotkey={hotkey(3)}", {"rejected"}),
        ("rule=safety/forbidden-import", {"rejected"}),
        ("rule=safety%2Fforbidden-import&status=held", set()),
        ("since=2020-01-01T00:00:00Z", {"completed", "held", "rejected", "pending"}),
        ("before=2020-01-01T00:00:00", set()),
        ("is_dead=true", set()),
    ],
)
def test_a_list_shows_what_is_asked_for(full: tuple[Server, dict[str, str]], query: str, names: set[str]) -> None:
    server, ids = full
    found = server.ask("GET", f"/internal/v1/submissions?{query}").json
    assert {each["id"] for each in found["submissions"]} == {ids[name] for name in names}


def test_a_list_is_walked_by_its_cursor(full: tuple[Server, dict[str, str]]) -> None:
    server, ids = full
    seen: list[str] = []
    query = "limit=1"
    while query:
        page = server.ask("GET", f"/internal/v1/submissions?{query}").json
        seen += [each["id"] for each in page["submissions"]]
        query = page["next"] and f"limit=1&cursor={page['next']}"
    assert seen == [ids[name] for name in ("pending", "rejected", "held", "completed")]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cursor=x", "cursor-invalid"),
        ("cursor=' OR 1", "cursor-invalid"),
        ("limit=0", "parameter-invalid"),
        ("limit=1e9", "parameter-invalid"),
        ("status=gone", "parameter-invalid"),
        ("rule=' OR 1=1", "parameter-invalid"),
        ("since=yesterday", "parameter-invalid"),
        ("since=0001-01-01T00:00:00%2B23:59", "parameter-invalid"),
        ("hotkey=" + "a" * 256, "parameter-invalid"),
        ("hotkey=%00", "parameter-invalid"),
        ("hotkey=a%0Ab", "parameter-invalid"),
    ],
)
def test_what_cannot_be_asked_is_refused(full: tuple[Server, dict[str, str]], query: str, code: str) -> None:
    server, _ = full
    answer = server.ask("GET", f"/internal/v1/submissions?{query}".replace(" ", "%20"))
    assert (answer.status, answer.code) == (400, code)


def test_weights_are_shares_of_what_is_complete(full: tuple[Server, dict[str, str]]) -> None:
    server, _ = full
    found = server.ask("GET", "/internal/v1/get_weights").json
    assert (found["challenge_slug"], found["weights"]) == ("prism", {hotkey(KEYS["completed"]): 1.0})
    assert isinstance(found["epoch"], int)


def test_the_state_is_told_to_everybody(full: tuple[Server, dict[str, str]]) -> None:
    server, _ = full
    assert server.ask("GET", "/health", token=None).json == {"status": "ok"}
    ready = server.ask("GET", "/ready", token=None)
    assert (ready.status, ready.json["parts"]) == (200, dict.fromkeys(("database", "policy", "plugins"), "ready"))
    version = server.ask("GET", "/version", token=None).json
    assert (version["challenge_slug"], version["policy"]) == ("prism", "default")
    assert len(version["policy_digest"]) == 64


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"choice": "approve"}',
        b'{"choice": "maybe", "operator": "o", "reason": "r"}',
        b'{"choice": "approve", "operator": "", "reason": "r"}',
        b'{"choice": "approve", "operator": "o", "reason": "r", "more": 1}',
        b'{"choice": "approve", "operator": "o\\u0000", "reason": "r"}',
        b'{"choice": "approve", "operator": "o", "reason": "\\ud800"}',
        b'{"choice": "approve", "operator": "o\\nforged", "reason": "r"}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b"\xff\xfe",
    ],
    ids=lambda body: body[:60].decode("latin-1"),
)
def test_what_is_no_decision_decides_nothing(full: tuple[Server, dict[str, str]], body: bytes) -> None:
    server, ids = full
    for path in (f"/internal/v1/holds/{ids['held']}/resolve", f"/internal/v1/submissions/{ids['held']}/rerun"):
        answer = server.ask("POST", path, body=body)
        assert (answer.status, answer.code) == (400, "body-invalid")
    assert told(server, ids["held"]).json["status"] == "held"


def post(server: Server, path: str, **body: str) -> Answer:
    return server.ask("POST", path, body=json.dumps(body).encode())


def test_operators_decide_once(full: tuple[Server, dict[str, str]], gate: Gate) -> None:
    server, _ = full
    one, other = end(server, gate, 21, HELD), end(server, gate, 22, HELD)
    holds = [each["id"] for each in server.ask("GET", "/internal/v1/holds").json["submissions"]]
    assert holds[:2] == [other, one]
    by = {"operator": "Ada", "reason": "looked at"}
    assert post(server, f"/internal/v1/holds/{one}/resolve", choice="reject", **by).json["status"] == "rejected"
    again = post(server, f"/internal/v1/holds/{one}/resolve", choice="approve", **by)
    assert (again.status, again.code) == (409, "submission-state")
    assert post(server, f"/internal/v1/holds/{other}/resolve", choice="approve", **by).json["status"] == "pending"
    assert post(server, "/internal/v1/holds/x/resolve", choice="approve", **by).status == 404
    decisions = server.ask("GET", f"/internal/v1/submissions/{one}").json["decisions"]
    assert (decisions[-1]["act"], decisions[-1]["actor"]) == ("resolution", "operator:Ada")
    assert "Ada" not in told(server, one).body.decode()


def test_operators_have_something_reviewed_once_more(full: tuple[Server, dict[str, str]], gate: Gate) -> None:
    server, ids = full
    ended = end(server, gate, 23, REJECTED)
    by = {"operator": "Ada", "reason": "the rule has changed"}
    assert post(server, f"/internal/v1/submissions/{ended}/rerun", **by).json["status"] == "pending"
    waiting = post(server, f"/internal/v1/submissions/{ids['pending']}/rerun", **by)
    assert (waiting.status, waiting.code) == (409, "submission-state")
