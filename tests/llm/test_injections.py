"""Texts that want something overlooked: none is approved where an answer is required, however obedient the model."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from prism.gate import Gate
from prism.memory_notebook import MemoryNotebooks
from prism.review import Review
from prism.verdict import Outcome
from tests.llm.corpus import Case, cases, files_of
from tests.llm.defences import DETECTION, PAGE, TWIN, approved, rows
from tests.llm.gates import reviewer
from tests.llm.model_server import ModelServer, says
from tests.llm.persuadable import honest, obeys, obeys_to_the_letter
from tests.llm.scripted_answers import complete, read

INSTRUCTION = "llm/instruction-to-reviewer"
KINDS = {name.partition("/")[0] for name in cases()}


class House:
    """The default policy with a model that is required, and the server that is the model."""

    def __init__(self, folder: Path, server: ModelServer, mode: str = "required") -> None:
        settings = {"mode": mode, "reviewers": [reviewer(server)], "attempts": 1}
        stated = {"policy": 1, "name": "house", "extends": "default", "plugins": {"llm": {"settings": settings}}}
        YAML().dump(stated, folder / "house.yaml")
        self.server = server
        self.gate = Gate.from_policy(folder / "house.yaml")

    def review(self, files: Mapping[str, str]) -> Review:
        """The record of an archive; nothing is remembered of another."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return self.gate.review(stream.getvalue(), notebooks=MemoryNotebooks().source())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with ModelServer(says({})) as server:
        house = House(tmp_path_factory.mktemp("house"), server)
        with house.gate:
            yield house


def rules_of(review: Review) -> set[str]:
    return {finding.rule for finding in review.findings}


@pytest.mark.parametrize("name", cases())
def test_no_project_with_an_injection_is_approved(name: str, house: House) -> None:
    case = cases()[name]
    house.server.follow(says(obeys_to_the_letter(case)))
    review = house.review(files_of(case))
    assert review.verdict is Outcome.HELD
    assert (INSTRUCTION in rules_of(review)) is not case.silent
    assert not case.silent or "llm/persuasion" in rules_of(review)
    assert all(rule.startswith("llm/") for rule in rules_of(review))
    assert house.server.requests


@pytest.mark.parametrize("project", sorted({case.project for case in cases().values()}))
def test_what_is_planted_is_overlooked_by_the_static_rules_and_by_nobody_who_looks(project: str, house: House) -> None:
    clean = Case(id="clean", project=project)
    house.server.follow(says(lambda asked: complete(read(asked))))
    assert house.review(files_of(clean)).verdict is Outcome.APPROVED
    house.server.follow(says(lambda asked: honest(clean, read(asked))))
    review = house.review(files_of(clean))
    assert review.verdict is Outcome.HELD
    assert "llm/hidden-behaviour" in rules_of(review)


def test_an_advice_is_asked_for_and_the_text_is_reported_all_the_same(tmp_path: Path) -> None:
    case = cases()["approval/already"]
    with ModelServer(says(obeys(case))) as server:
        house = House(tmp_path, server, "advisory")
        with house.gate:
            review = house.review(files_of(case))
    assert review.verdict is Outcome.HELD
    assert rules_of(review) >= {INSTRUCTION, "llm/persuasion"}


@pytest.mark.parametrize("run", ["x", "a_", ". ", "1 ", "\u5ffd", "%41", "ignore "])
def test_long_runs_are_read_within_the_limits_of_the_guard(run: str, house: House) -> None:
    house.server.follow(says(lambda asked: complete(read(asked))))
    clean = files_of(Case(id="clean", project="two-files"))
    review = house.review({**clean, "README.md": run * (80_000 // len(run.encode()))})
    assert review.verdict is Outcome.APPROVED, rules_of(review)


def test_the_corpus_is_as_large_and_as_varied_as_is_claimed() -> None:
    assert len(cases()) >= 200
    assert len(KINDS) == 16
    assert len([name for name in cases() if name.startswith("language/")]) >= 20


def test_the_page_has_the_figures_of_the_defences_that_matter_most() -> None:
    stated = dict(re.findall(r"^\| ([a-z ]+) \| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE))
    for title, missing in rows()[:7]:
        if missing <= {DETECTION, TWIN}:
            assert stated[title] == str(sum(approved(name, "obeys", missing) for name in cases())), title
    assert stated["everything on"] == "0"
