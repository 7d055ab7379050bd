"""Whole comparisons against a real store."""

import ast
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.benchmarks.similarity.disguises import Disguise, everything, paraphrased, renamed
from tests.benchmarks.similarity.rendering import mark, render
from tests.similarity.corpora import earlier
from tests.similarity.original import ORIGINAL, OTHER


def dressed(text: str, disguise: Disguise, seed: int = 1) -> str:
    tree = disguise(mark(ast.parse(text), "x"), random.Random(seed))  # noqa: S311 - the same every time
    return render(tree)[0]


RENAMED = dressed(ORIGINAL, renamed)
CLASS = ORIGINAL[ORIGINAL.index("class Attention") : ORIGINAL.index("def rotate")]
HALF = OTHER + CLASS


def test_nothing_is_found_where_nothing_was_handed_in(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        found = store.compare({"model.py": ORIGINAL})
    assert (found.matches, found.new) == ((), 1.0)


def test_a_project_handed_in_twice_is_a_duplicate(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        store.add("first", {"model.py": ORIGINAL}, hotkey="alice")
        assert store.rules({"model.py": ORIGINAL}, hotkey="bob") == ["duplicate"]


def test_so_is_one_that_was_only_renamed_and_reordered(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        store.add("first", {"model.py": ORIGINAL})
        store.add("other", {"model.py": OTHER})
        assert store.rules({"net.py": RENAMED}) == ["duplicate"]


@pytest.mark.parametrize("disguise", [paraphrased, everything])
def test_a_rewritten_copy_is_copied(tmp_path: Path, disguise: Disguise) -> None:
    with earlier(tmp_path) as store:
        store.add("first", {"model.py": ORIGINAL})
        store.add("other", {"model.py": OTHER})
        assert store.rules({"model.py": dressed(ORIGINAL, disguise)}) == ["copied"]


def test_a_part_is_found_with_its_lines(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        store.add("first", {"model.py": ORIGINAL})
        (match,) = store.compare({"net.py": HALF}).matches
    first = HALF[: HALF.index("class Attention")].count("\n") + 1
    (region,) = match.regions
    assert (match.id, region.path, region.other_path) == ("first", "net.py", "model.py")
    assert region.lines == (first, first + CLASS.rstrip().count("\n"))
    there = ORIGINAL[: ORIGINAL.index("class Attention")].count("\n") + 1
    assert region.other_lines == (there, there + CLASS.rstrip().count("\n"))


def test_a_copy_in_two_files_is_found(tmp_path: Path) -> None:
    cut = ORIGINAL.index("class Block")
    files = {
        "parts.py": ORIGINAL[:cut],
        "model.py": "import torch\nfrom torch import nn\nimport math\n" + ORIGINAL[cut:],
    }
    with earlier(tmp_path) as store:
        store.add("first", {"model.py": ORIGINAL})
        (match,) = store.compare(files).matches
    assert match.share > 0.9
    assert {region.path for region in match.regions} == set(files)


def test_several_sources_are_named_with_what_each_adds(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        store.add("one", {"model.py": ORIGINAL})
        store.add("two", {"model.py": OTHER})
        found = store.compare({"model.py": ORIGINAL + OTHER})
    assert {match.id for match in found.matches} == {"one", "two"}
    assert sum(match.adds for match in found.matches) == pytest.approx(1.0, abs=0.05)
    assert found.new < 0.05


def test_the_earliest_of_equals_is_the_source(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        store.add("z-first", {"model.py": ORIGINAL}, hotkey="alice")
        store.add("a-second", {"model.py": RENAMED}, hotkey="bob")
        found = store.compare({"model.py": RENAMED}, hotkey="carol")
    assert [match.id for match in found.matches] == ["z-first", "a-second"]
    assert found.matches[1].adds == 0


def test_ones_own_earlier_work_is_no_copy(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        store.add("first", {"model.py": ORIGINAL}, hotkey="alice")
        assert store.rules({"model.py": RENAMED}, hotkey="alice") == []
        (match,) = store.compare({"model.py": RENAMED}, hotkey="alice").matches
        assert match.kind == "self"


def test_nor_is_that_of_another_hotkey_of_the_same_owner(tmp_path: Path) -> None:
    owners = {"owners": [["alice", "alice-2"]]}
    with earlier(tmp_path) as store:
        store.add("first", {"model.py": ORIGINAL}, hotkey="alice")
        assert store.rules({"model.py": RENAMED}, hotkey="alice-2", settings=owners) == []
        assert store.rules({"model.py": RENAMED}, hotkey="bob", settings=owners) == ["duplicate"]


def test_nobody_copies_himself_from_a_later_submission(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        store.add("mine", {"model.py": ORIGINAL}, hotkey="alice")
        store.add("stolen", {"model.py": RENAMED}, hotkey="bob")
        assert store.rules({"model.py": ORIGINAL}, hotkey="alice") == []


def test_nobody_hides_behind_versions_of_his_own(tmp_path: Path) -> None:
    few = {"candidates": 2, "matches": 2}
    with earlier(tmp_path) as store:
        store.add("victim", {"model.py": ORIGINAL}, hotkey="alice")
        for number in range(4):
            store.add(f"own-{number}", {"model.py": ORIGINAL + f"\n\nNUMBER = {number}\n"}, hotkey="bob")
        assert store.rules({"model.py": RENAMED}, hotkey="bob", settings=few) == ["duplicate"]


def test_reference_code_is_everybodys(tmp_path: Path) -> None:
    from tests.similarity.corpora import features, project

    template = project({"template.py": ORIGINAL})
    with earlier(tmp_path) as store:
        store.store.keep_reference("template", [(template.snapshot, {"similarity": features(template)})])
        store.add("first", {"model.py": ORIGINAL}, hotkey="alice")
        files = {"model.py": RENAMED}
        assert store.rules(files, hotkey="bob") == ["duplicate"]
        assert store.rules(files, hotkey="bob", settings={"references": ["template"]}) == []
        assert store.rules(files, hotkey="bob", settings={"references": ["template@1"]}) == []
        with pytest.raises(KeyError):
            store.rules(files, hotkey="bob", settings={"references": ["missing"]})


def test_thresholds_are_the_policys(tmp_path: Path) -> None:
    copy = {"model.py": dressed(ORIGINAL, everything)}
    with earlier(tmp_path) as store:
        store.add("first", {"model.py": ORIGINAL})
        assert store.rules(copy, settings={"reject": 1.0}) == ["suspected"]
        assert store.rules(copy, settings={"reject": 1.0, "hold": 1.0}) == []
        assert store.rules(copy, settings={"evidence_lines": 1000}) == ["suspected"]


def test_a_file_that_does_not_parse_is_compared(tmp_path: Path) -> None:
    broken = RENAMED + "\n\ndef f(:\n"
    with earlier(tmp_path) as store:
        store.add("first", {"model.py": ORIGINAL})
        assert store.rules({"model.py": broken}) == ["copied"]


def test_more_than_is_compared_is_said(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        long = "\n".join(f"def f{number}(x):\n    return x.sum({number}).exp().log()" for number in range(300))
        assert store.rules({"model.py": long}, settings={"max_tokens": 1000}) == ["not-compared"]


def test_data_takes_part_by_digest(tmp_path: Path) -> None:
    table = "1.0, 2.0\n" * 500
    with earlier(tmp_path) as store:
        store.add("first", {"model.py": ORIGINAL, "table.txt": table})
        (match,) = store.compare({"model.py": OTHER, "numbers.txt": table}).matches
    assert (match.kind, match.same_files) == ("related", (("numbers.txt", "table.txt"),))


def test_a_project_without_code_is_compared_by_digest(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        store.add("first", {"notes.txt": "words\n"})
        assert store.rules({"notes.txt": "words\n"}) == ["duplicate"]
        assert store.rules({"notes.txt": "other words\n"}) == []


def test_the_author_learns_nothing_of_anybody_else(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        store.add("id-17", {"secret_path.py": ORIGINAL}, hotkey="alice-hotkey")
        (finding,) = store.findings({"model.py": dressed(ORIGINAL, everything)}, hotkey="bob")
    shown = str(finding)
    assert "'id-17'" in finding.message
    assert finding.path == "model.py"
    assert finding.evidence is not None
    assert finding.chain
    assert "alice" not in shown
    assert "secret_path" not in shown
    assert "Rotary" not in shown  # a name that stands in the other one's source only


@given(st.integers(0, 10_000))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_score_does_not_depend_on_names_and_order(tmp_path: Path, seed: int) -> None:
    with earlier(tmp_path) as store:
        if not len(store.corpus()):
            store.add("first", {"model.py": ORIGINAL})
        plain = store.compare({"model.py": HALF})
        other = store.compare({"model.py": dressed(HALF, renamed, seed)})
    assert [match.score for match in other.matches] == [match.score for match in plain.matches]


UNRELATED = st.lists(
    st.sampled_from(
        ["x.exp().sum(1)", "torch.relu(x)", "x.view(2, -1)", "x.mean().log()", "x.sort()[0]", "x.cumsum(0)"]
    ),
    min_size=4,
    max_size=30,
)


@given(UNRELATED)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_unrelated_file_lowers_no_partial_copy(tmp_path: Path, lines: list[str]) -> None:
    body = "\n".join(f"    x = {line}" for line in lines)
    with earlier(tmp_path) as store:
        if not len(store.corpus()):
            store.add("first", {"model.py": ORIGINAL})
        before = store.compare({"model.py": HALF})
        after = store.compare({"model.py": HALF, "more.py": f"import torch\n\n\ndef f(x):\n{body}\n    return x\n"})
    assert after.matches[0].score >= before.matches[0].score - 1e-9
    assert {match.kind for match in (before.matches[0], after.matches[0])} <= {"copied", "partial-copy"}
