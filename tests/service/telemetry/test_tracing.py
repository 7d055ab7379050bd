"""Traces of a real server and a real worker, at a real receiver."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from prism.service.telemetry import tracing
from tests.service.deliveries import archive
from tests.service.http.servers import TOKEN, running
from tests.service.telemetry.receivers import attributes, receiving

SECRET_TEXT = "the-miners-own-words"  # noqa: S105 - no secret
REJECTED = archive({"model.py": f"import os\n# {SECRET_TEXT}\n"})
CLAIMED = {"traceparent": "00-11111111111111111111111111111111-2222222222222222-01"}


def work_off(location: str, **settings: str) -> None:
    command = [sys.executable, "-m", "prism", "worker", "--once", "--store", location]
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "1 submissions were worked on" in done.stderr


def test_a_submission_is_a_trace_under_its_own_id(tmp_path: Path) -> None:
    location = str(tmp_path / "store.sqlite3")
    with receiving() as receiver:
        with running(location, tmp_path, PRISM_TRACES_URL=receiver.url) as server:
            taken = server.hand_in(REJECTED, X_Submission_Filename=SECRET_TEXT, **CLAIMED)
            server.ask("GET", "/health")
            server.ask("GET", f"/{SECRET_TEXT}")
        work_off(location, PRISM_TRACES_URL=receiver.url)
        spans = {span.name: span for span in receiver.spans()}
        raw = b"".join(receiver.bodies)
    assert spans.keys() == {"POST /internal/v1/bridge/submissions", "GET none", "submission", "review"}
    request, work = spans["POST /internal/v1/bridge/submissions"], spans["submission"]
    id_ = taken.json["id"]
    assert attributes(request)["prism.submission"] == attributes(work)["prism.submission"] == id_
    assert attributes(request)["prism.request"] == taken.headers["x-request-id"]
    assert attributes(request)["http.response.status_code"] == "202"
    assert work.trace_id.hex() == spans["review"].trace_id.hex() == id_
    assert (work.parent_span_id, spans["review"].parent_span_id) == (b"", work.span_id)
    assert attributes(work)["prism.status"] == attributes(spans["review"])["prism.verdict"] == "rejected"
    assert request.trace_id.hex() not in {id_, "1" * 32}
    assert TOKEN.encode() not in raw
    assert SECRET_TEXT.encode() not in raw


def test_a_receiver_that_is_away_changes_nothing(tmp_path: Path) -> None:
    location = str(tmp_path / "store.sqlite3")
    nobody = {"PRISM_TRACES_URL": "http://127.0.0.1:1/v1/traces"}
    with running(location, tmp_path, **nobody) as server:
        taken = server.hand_in(REJECTED)
        assert taken.status == 202
        work_off(location, **nobody)
        assert server.ask("GET", f"/v1/submissions/{taken.json['id']}", token=None).json["status"] == "rejected"
    assert server.process.returncode == 0


def test_without_an_address_nothing_is_imported_or_recorded() -> None:
    code = (
        "import sys; from prism.service.telemetry import tracing\n"
        "with tracing.exporting('', 'api'), tracing.span('a', submission='b') as span: span.note(c='d')\n"
        "tracing.note(e='f'); sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_the_extra_the_service_does_not_start() -> None:
    code = "import sys; sys.modules['opentelemetry.sdk'] = None; from prism.cli.app import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "worker", "--once"]
    asked = {**os.environ, "PRISM_TRACES_URL": "http://127.0.0.1:1/v1/traces"}
    done = subprocess.run(command, env=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "prism-gate[otel]" in done.stderr


def test_what_an_exception_says_is_in_no_span() -> None:
    with receiving() as receiver:
        with (
            tracing.exporting(receiver.url, "worker"),
            pytest.raises(ValueError, match=SECRET_TEXT),
            tracing.span("a", submission="not an id"),
        ):
            raise ValueError(SECRET_TEXT)
        (span,) = receiver.spans()
        assert SECRET_TEXT.encode() not in b"".join(receiver.bodies)
    assert (span.status.message, list(span.events)) == ("ValueError", [])
