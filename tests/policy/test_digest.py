"""The same policy has one digest however it is written; any other policy has another."""

from pathlib import Path

import pytest

from prism.policy.loading import load

BASE = "policy: 1\nname: case\nintake: {files: 10, path_depth: 4}\nverdict: {hold: [warning, note]}\n"
PLUGIN = "import prism\n\n\n@prism.hookimpl\ndef prism_rules():\n    return []\n"


def digest(folder: Path, text: str, name: str = "p.yaml", **files: str) -> str:
    folder.mkdir(exist_ok=True)
    for file, content in files.items():
        (folder / file.replace("_", ".")).write_text(content, encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    return load(folder / name).digest


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (BASE.replace("files: 10, path_depth: 4", "path_depth: 4, files: 10"), "p.yaml"),
        ("# a comment\n" + "\n".join(reversed(BASE.splitlines())) + "\n", "p.yaml"),
        (BASE + "description: for people\n", "p.yaml"),
        (BASE.replace("10", "0xA"), "p.yaml"),
        (BASE + "runner: {limits: {cpus: 1}}\n", "p.yaml"),  # the default, without its fraction
        (BASE + "guard: {}\nrules: {}\nwaivers: []\n", "p.yaml"),
        (BASE + "runner: {gpu: null}\n", "p.yaml"),
        (
            """{"policy": 1, "name": "case", "intake": {"files": 10, "path_depth": 4},
                "verdict": {"hold": ["warning", "note"]}}""",
            "p.json",
        ),
    ],
)
def test_another_spelling_has_the_same_digest(text: str, name: str, tmp_path: Path) -> None:
    assert digest(tmp_path, text, name) == digest(tmp_path, BASE)


@pytest.mark.parametrize(
    "text",
    [
        BASE.replace("name: case", "name: other"),
        BASE.replace("files: 10", "files: 11"),
        BASE.replace("[warning, note]", "[warning]"),
        BASE + "rules: {intake/not-a-zip: error}\n",
        BASE + "runner: {gpu: {count: 1}}\n",
        BASE + "runner: {image: other}\n",
        BASE + "blocked_plugins: [house]\n",
        BASE + "plugins: {contract: {}}\n",
        BASE + "runner: {metrics_schema: {type: object}}\n",
    ],
)
def test_another_policy_has_another_digest(text: str, tmp_path: Path) -> None:
    assert digest(tmp_path, text) != digest(tmp_path, BASE)


def test_a_policy_in_two_files_has_the_digest_of_one(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE.replace("case", "base").replace("10", "99"), encoding="utf-8")
    leaf = "policy: 1\nname: case\nextends: ./base.yaml\nintake: {files: 10}\n"
    assert digest(tmp_path, leaf) == digest(tmp_path, BASE)


def test_the_place_of_a_policy_does_not_matter_but_the_bytes_of_its_files_do(tmp_path: Path) -> None:
    text = BASE + "plugins: {house: {from: ./house.py}}\nrunner: {evaluation: {train_text: train.txt}}\n"
    here = digest(tmp_path / "here", text, house_py=PLUGIN, train_txt="abc")
    there = digest(tmp_path / "there", text, house_py=PLUGIN, train_txt="abc")
    absolute = text.replace("./house.py", str(tmp_path / "here" / "house.py"))
    assert here == there == digest(tmp_path / "there", absolute, train_txt="abc")
    assert digest(tmp_path / "there", text, house_py=PLUGIN + "# changed\n", train_txt="abc") != here
    assert digest(tmp_path / "there", text, house_py=PLUGIN, train_txt="abd") != here


def test_the_digest_is_pinned_to_its_definition(tmp_path: Path) -> None:
    """Worked out here a second time, from the words in ``prism.policy.digest``."""
    import hashlib
    import json

    (tmp_path / "p.yaml").write_text(BASE + "description: für Menschen\n", encoding="utf-8")
    effective = load(tmp_path / "p.yaml")
    stated = {key: value for key, value in effective.document.items() if key != "description"}
    assert stated["runner"]["limits"]["cpus"] == 1.0
    stated["runner"]["limits"]["cpus"] = 1
    stated["score"] |= {"worst": 8, "best": 0}
    canonical = json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert effective.digest == hashlib.sha256(canonical.encode()).hexdigest()
