"""Requests made from the OpenAPI document, right ones and wrong ones: every answer is one that the document knows."""

import subprocess
import sys
from pathlib import Path

from tests.service.http.servers import BRIDGE, TOKEN, Server, hotkey

EXAMPLES = 8
"""Requests of each route, besides one for each way in which a parameter can be wrong."""
# A right form is not all that is asked of a hotkey or a signature; nobody looks into an upload; and what there is below
# `/internal` is nobody's business, so that an unknown method is answered 404 there.
UNFIT = "positive_data_acceptance,negative_data_rejection,unsupported_method"
SETTINGS = """
[parameters]
id = "{id}"

[[operations]]
include-name = "POST {bridge}"
parameters = {{ "X-Platform-Verified-Hotkey" = "{hotkey}", "X-Platform-Challenge-Slug" = "prism" }}
"""


def test_nothing_made_from_the_document_breaks_the_service(server: Server, tmp_path: Path) -> None:
    known = server.hand_in(b"PK for the fuzzer", key=hotkey(5)).json["id"]
    (tmp_path / "schemathesis.toml").write_text(SETTINGS.format(id=known, bridge=BRIDGE, hotkey=hotkey(5)))
    before = len(server.log())
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"),
        *("--header", f"Authorization: Bearer {TOKEN}", "--seed", "1", "--max-examples", str(EXAMPLES)),
        *("--checks", "all", "--exclude-checks", UNFIT, "--phases", "examples,coverage,fuzzing"),
        *("--suppress-health-check", "all", "--warnings", "off", "--no-color", "--request-timeout", "60"),
        f"http://127.0.0.1:{server.port}/openapi.json",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    statuses = [line["status"] for line in server.log()[before:] if "status" in line]
    assert max(statuses) < 500
    assert {200, 400, 404, 409} <= set(statuses)
    assert len(statuses) > 200
