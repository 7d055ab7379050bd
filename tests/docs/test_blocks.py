"""What the pages show can be relied on: commands are run, outputs say something, and policies are valid."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from prism.document import load_document
from tests.docs.blocks import ROOT, documents, sessions

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(
    r"^(?:[A-Z_]+=\S* )*(?:\$|cat|cd|curl|docker|git|kubectl|make|openssl|pip|prism|sh|ssh|umask) ", re.MULTILINE
)
SCHEMA = json.loads((ROOT / "docs/reference/policy.schema.json").read_text(encoding="utf-8"))

NOT_RUN = {
    "sh docs/operate/deploy/build.sh": "tests/deployment builds its image with it, on a base of its own",
    "cd prism-service && docker compose run --rm worker sandbox verify": "tests/sandbox makes its attacks",
    "ENGINE_PROXY_BIND=": "needs two machines; tests/deployment tries the proxy and the file",
    "kubectl create namespace prism": "needs a cluster; the manifests are validated",
    "ssh -N -L": "needs another machine",
}
"""How a block begins that shows commands which are not run, and why not."""


def blocks(*languages: str) -> Iterator[tuple[str, str]]:
    """Page and text of each block in one of these languages."""
    for page in documents():
        for _, language, text in FENCE.findall(page.read_text(encoding="utf-8")):
            if language in languages:
                yield str(page.relative_to(ROOT)), text


def is_generated(page: str) -> bool:
    return page.startswith(("docs/reference/", "docs/explanation/"))


def test_commands_stand_where_they_are_run() -> None:
    hidden = [text for page, text in blocks("", "text") if not is_generated(page) and COMMAND.search(text)]
    assert [text for text in hidden if not text.startswith(tuple(NOT_RUN))] == []
    assert len(hidden) == len(NOT_RUN)


def test_an_output_that_is_shown_says_something() -> None:
    silent = [
        (session.page, command.line)
        for session in sessions()
        for command in session.commands
        if command.output and not re.search(r"\w", "".join(command.output))
    ]
    assert silent == []


def policies() -> Iterator[Any]:
    """The policies that pages show, and parts of them."""
    for page, text in blocks("yaml"):
        data = YAML(typ="safe").load(text)
        if isinstance(data, dict) and data.keys() <= SCHEMA["properties"].keys():
            yield pytest.param(load_document(text, name=page).data, id=f"{page}:{' '.join(data)}")


@pytest.mark.parametrize("shown", list(policies()))
def test_a_policy_that_is_shown_is_valid(shown: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate({"policy": 1, "name": "shown", "extends": "default", **shown})


def test_pages_show_some() -> None:
    assert len(list(policies())) > 5
