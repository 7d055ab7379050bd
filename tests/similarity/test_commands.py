"""``prism compare`` and ``prism similarity calibrate`` as a person runs them."""

import ast
import json
import random
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from prism.cli.app import run
from tests.benchmarks.similarity.disguises import everything
from tests.benchmarks.similarity.rendering import mark, render
from tests.similarity.original import ORIGINAL, OTHER

COPY = render(everything(mark(ast.parse(ORIGINAL), "x"), random.Random(1)))[0]  # noqa: S311 - the same every time


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one submission in a folder and one in a file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "corpus"
    (folder / "first").mkdir(parents=True)
    (folder / "first" / "model.py").write_text(ORIGINAL)
    (folder / "other.py").write_text(OTHER)
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    path = tmp_path / "copy.py"
    path.write_text(COPY)
    return path


def test_a_copy_is_found_in_a_folder(corpus: Path, copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(copy), "--corpus", str(corpus), "--format", "json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    assert answer["query"] == str(copy)
    first = answer["matches"][0]
    assert (first["id"], first["kind"]) == ("first", "copied")
    assert first["score"] > 0.5
    assert {"path", "lines", "other_path", "other_lines"} == set(first["regions"][0])
    assert first["regions"][0]["other_path"] == "model.py"


def test_several_queries_give_several_answers(corpus: Path, copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(copy), str(corpus / "other.py"), "--corpus", str(corpus), "-f", "json"]) == 0
    answers = json.loads(capfd.readouterr().out)
    assert [answer["matches"][0]["id"] for answer in answers] == ["first", "other.py"]


def test_the_text_names_the_lines(corpus: Path, copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(copy), "--corpus", str(corpus)]) == 0
    text = capfd.readouterr().out
    assert "copied first:" in text
    assert "copy.py:" in text


def test_a_folder_is_indexed_once_and_again_where_it_changed(
    corpus: Path, copy: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = ["compare", str(copy), "--corpus", str(corpus), "--format", "json"]
    assert run(command) == 0
    (index,) = (corpus / ".prism-cache").glob("*.sqlite3")
    before = capfd.readouterr().out
    assert run(command) == 0
    assert capfd.readouterr().out == before
    assert [index] == [*(corpus / ".prism-cache").glob("*.sqlite3")]
    (corpus / "first" / "model.py").unlink()
    (corpus / "first" / "empty.py").write_text("")
    (corpus / "second.py").write_text(ORIGINAL)
    assert run(command) == 0
    assert [match["id"] for match in json.loads(capfd.readouterr().out)["matches"]] == ["second.py"]


def test_what_cannot_be_read_is_named(corpus: Path, copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (corpus / "broken.zip").write_bytes(b"PK\x03\x04 no archive")
    assert run(["compare", str(copy), "--corpus", str(corpus), "--format", "json"]) == 0
    output = capfd.readouterr()
    assert json.loads(output.out)["matches"][0]["id"] == "first"
    assert "broken.zip is not compared with" in output.err


def test_one_says_what_to_compare_with(copy: Path, corpus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(copy)]) == 2
    assert run(["compare", str(copy), "--corpus", str(corpus), "--store", "x"]) == 2
    assert run(["compare", str(copy), "--store", str(corpus / "missing.sqlite3")]) != 0
    assert run(["compare", str(copy), "--corpus", str(copy)]) == 2
    assert "either --store or --corpus" in capfd.readouterr().err


def test_the_page_is_whole_and_escaped(corpus: Path, tmp_path: Path) -> None:
    query = tmp_path / "<b>copy"
    query.mkdir()
    (query / "model.py").write_text(COPY + "\n# </script><script>alert(1)</script>\n")
    target = tmp_path / "page.html"
    assert run(["compare", str(query), "--corpus", str(corpus), "--format", "html", "--output", str(target)]) == 0
    page = target.read_text()
    assert page.count("<script>") == page.count("</script>") == 1
    assert "<b>copy" not in page
    assert "default-src &#x27;none&#x27;" in page
    assert "http://" not in page
    assert "https://" not in page
    assert "earlier submission 1" in page
    assert "first" not in page.split("<style>")[0]


def test_the_page_names_nobody_unless_asked(tmp_path: Path, copy: Path) -> None:
    model = tmp_path / "original"
    model.mkdir()
    (model / "model.py").write_text(ORIGINAL)
    store = str(tmp_path / "store.sqlite3")
    assert run(["snapshots", "add", str(model), "--store", store, "--id", "sub-9", "--hotkey", "alice-hotkey"]) == 0
    pages = []
    for names in ([], ["--names"]):
        target = tmp_path / f"page{len(names)}.html"
        command = ["compare", str(copy), "--store", store, "--format", "html", "--output", str(target), *names]
        assert run(command) == 0
        pages.append(target.read_text())
    assert "alice-hotkey" not in pages[0]
    assert "sub-9" not in pages[0]
    assert "sub-9 by alice-hotkey" in pages[1]


def test_thresholds_are_proposed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    store = str(tmp_path / "store.sqlite3")
    for number in range(12):
        model = tmp_path / f"model{number}"
        model.mkdir()
        (model / "model.py").write_text(varied(number))
        assert run(["snapshots", "add", str(model), "--store", store, "--hotkey", f"author-{number}"]) == 0
    capfd.readouterr()
    curve = tmp_path / "curve.svg"
    assert run(["similarity", "calibrate", "--store", store, "--svg", str(curve), "--queries", "12"]) == 0
    text = capfd.readouterr().out
    assert text.startswith("12 presumably honest projects")
    assert "hold: 0." in text
    assert ET.fromstring(curve.read_text()).tag.endswith("svg")  # noqa: S314 - our own file


def test_too_little_to_learn_from_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    store = str(tmp_path / "store.sqlite3")
    model = tmp_path / "model"
    model.mkdir()
    (model / "model.py").write_text(ORIGINAL)
    assert run(["snapshots", "add", str(model), "--store", store]) == 0
    assert run(["similarity", "calibrate", "--store", store]) == 2
    assert "at least 10" in capfd.readouterr().err


def varied(seed: int) -> str:
    """A file of its own for each seed."""
    rng = random.Random(seed)  # noqa: S311 - the same every time
    words = "relu sigmoid tanh exp log sqrt abs sin cos floor softplus erf".split()  # noqa: SIM905 - a list to read
    steps = "\n".join(f"        x = torch.{rng.choice(words)}(x).{rng.choice(words)}()" for _ in range(40))
    head = "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def forward(self, x):\n"
    return f"{head}{steps}\n        return x\n"
