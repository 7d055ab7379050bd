"""A real model behind a real server, all the way: it is far too small to be right, and what it says must still hold.

What it answers depends on its weights and on the machine, so these tests say how a review may end, not how it does.
"""

import json
import re
import time
from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest
from prism_llm.asker import Asker
from prism_llm.budget import Purse
from prism_llm.exchange import Reply, Request, Reviewer
from prism_llm.settings import Budget, Budgets
from ruamel.yaml import YAML

from prism.gate import Gate
from prism.memory_notebook import MemoryNotebooks
from prism.review import Review
from prism.verdict import Outcome
from tests.real_model.conftest import RealServer

pytestmark = pytest.mark.timeout(1800)  # a slow machine writes a few tokens a second
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "judgement": {"type": "string", "enum": ["none", "suspicion", "violation"]},
        "line": {"type": "integer"},
    },
    "required": ["judgement", "line"],
}
CODE = "import torch\n\n\ndef build_model(ctx):\n    return torch.nn.Linear(4, 4)\n"
OF_ANSWERS = re.compile(r"the answer (is|lacks|accuses|judges|leaves)|no model answered \((truncated|not-json|empty)\)")
"""Reasons that lie in what the model wrote, and not on the way there."""


def reviewer(server: RealServer, answers_by: str) -> dict[str, Any]:
    return {
        "model": "openai/smollm2",
        "api_base": server.api_base,
        "answers_by": answers_by,
        "timeout_seconds": 600,
        "retries": 0,
        "input_tokens": 3000,
        "output_tokens": 300,
        "usd_per_million_input": 0,
        "usd_per_million_output": 0,
    }


@pytest.mark.parametrize(("answers_by", "way"), [("object", "object"), ("auto", "tool")])
def test_an_answer_is_bound_to_its_schema_by_the_server(
    real_server: RealServer, answers_by: str, way: Literal["object", "tool"]
) -> None:
    """This server takes ``json_object`` with a schema and tool calls; it fails at ``json_schema``, which is noticed."""
    plenty = Budget(tokens=10**9, usd=1.0)
    purse = Purse(
        Budgets(submission=plenty, hotkey=plenty, day=plenty), MemoryNotebooks().source().notebook("llm"), "p"
    )
    question = Request(
        system="You review code. Say whether it breaks the rule: no network.",
        user=CODE,
        schema_name="judgement",
        schema=SCHEMA,
    )
    asker = Asker([Reviewer(**reviewer(real_server, answers_by))], Path())
    reply = asker.ask(question, deadline=time.monotonic() + 600, purse=purse)
    assert isinstance(reply, Reply), reply
    jsonschema.validate(json.loads(reply.text), SCHEMA)
    assert reply.answered_by == way
    assert reply.input_tokens > 0
    assert reply.output_tokens > 0


def reviewed(server: RealServer, folder: Path, mode: str) -> Review:
    settings = {
        "mode": mode,
        "reviewers": [reviewer(server, "object")],
        "rules": [{"id": "network-escape"}],
        "attempts": 1,
        "twin_view": False,
    }
    policy = folder / "policy.yaml"
    YAML().dump({"policy": 1, "name": "real", "plugins": {"llm": {"settings": settings}}}, policy)
    project = folder / "project"
    project.mkdir()
    (project / "model.py").write_text(CODE, encoding="utf-8")
    with Gate.from_policy(policy) as gate:
        return gate.review(project)


@pytest.mark.parametrize("mode", ["required", "advisory"])
def test_a_review_ends_in_a_verdict_for_a_stated_reason(real_server: RealServer, tmp_path: Path, mode: str) -> None:
    review = reviewed(real_server, tmp_path, mode)
    print(review.verdict, *(finding.message for finding in review.findings), sep="\n  ")  # noqa: T201 - what it said
    assert not [stage for stage in review.stages if stage.status != "completed"]
    (usage,) = review.usage
    assert (usage.model, usage.requests) == ("openai/smollm2", 1)
    assert usage.input_tokens > 0
    assert usage.output_tokens > 0
    missing = [finding.message for finding in review.findings if finding.rule == "llm/no-answer"]
    assert all(OF_ANSWERS.search(message) for message in missing), missing
    if mode == "required":
        amiss = {finding.rule for finding in review.findings} - {"llm/local-budget"}
        assert review.verdict is (Outcome.HELD if amiss else Outcome.APPROVED)
        assert {reason.rule for reason in review.reasons} == amiss
    elif missing:
        assert review.verdict is Outcome.APPROVED
