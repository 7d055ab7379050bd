"""The plugin as the host sees it, and what it makes of fingerprints that are not what they should be."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from prism_similarity.comparison import Comparison
from prism_similarity.findings import findings_of
from prism_similarity.fingerprint import FEATURES
from prism_similarity.plugin import SimilarityPlugin
from prism_similarity.rarity import Rarity
from prism_similarity.rules import RULES
from prism_similarity.settings import SCHEMA, settings_of
from prism_similarity.shape import shape_of
from prism_similarity.signatures import SCHEME, index_of, signature_of

from prism.finding import Severity
from prism.fingerprint import encoded
from prism.gate import Gate
from prism.host import Host
from prism.plugin import PluginDefinition
from prism.store import open_store
from prism.verdict import Outcome
from tests.similarity.corpora import earlier, features, project, shape
from tests.similarity.original import ORIGINAL, OTHER

README = Path(__file__).parents[2] / "plugins" / "similarity" / "README.md"


def test_the_host_takes_the_plugin() -> None:
    definition = PluginDefinition(name="similarity", version="0", origin="test", implementation=SimilarityPlugin)
    host = Host([(definition, {})])
    assert len(host.rules_of("similarity")) == len(RULES)
    assert set(host.hooks_of("similarity")) >= {"prism_fingerprint", "prism_index", "prism_compare", "prism_cli"}


def test_the_settings_schema_is_valid_and_its_defaults_fit_it() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    defaults = {name: part["default"] for name, part in SCHEMA["properties"].items()}
    assert list(Draft202012Validator(SCHEMA).iter_errors(defaults)) == []
    assert settings_of({}) == settings_of(defaults)


def test_the_readme_names_every_setting_and_rule() -> None:
    text = README.read_text(encoding="utf-8")
    assert [name for name in SCHEMA["properties"] if f"`{name}`" not in text] == []
    assert [rule.id for rule in RULES if f"`{rule.id}`" not in text] == []


def test_a_review_without_a_store_waits_for_no_numpy() -> None:
    asked = "import sys, prism_similarity.plugin as p; p.SimilarityPlugin({}); print({'numpy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_fingerprint_is_small_and_holds_no_names() -> None:
    fingerprint = features(project({"model.py": ORIGINAL})).fingerprint
    text = encoded(fingerprint)
    assert len(text) < len(ORIGINAL)
    assert not [name for name in ("Rotary", "rotary", "vocabulary_size", "feed", "inverse_") if name in text]


def test_the_same_project_gives_the_same_fingerprint_and_index() -> None:
    one, other = (features(project({"model.py": ORIGINAL})) for _ in range(2))
    assert one == other
    assert one.index is not None
    one.index.check()


def test_every_signature_says_how_it_was_made() -> None:
    index = index_of(shape(ORIGINAL), 3)
    assert (index.scheme, SCHEME.features, SCHEME.hashing) == (SCHEME, FEATURES, "datasketch-affine32")
    assert SCHEME.permutations == SCHEME.bands * SCHEME.rows
    assert all(len(unit.signature) == 4 * SCHEME.permutations for unit in index.units)


def test_signatures_are_datasketchs_own() -> None:
    from datasketch import MinHash

    grams = shape(ORIGINAL).distinct
    expected = MinHash(num_perm=SCHEME.permutations, seed=SCHEME.seed, scheme="affine32", hashfunc=int)
    for gram in grams.tolist():
        expected.update(gram & 0xFFFFFFFF)
    assert (signature_of(grams) == expected.hashvalues).all()


@given(st.integers(20, 400), st.floats(0.0, 1.0))
@settings(max_examples=20, deadline=None)
def test_signatures_tell_how_much_two_sets_share(size: int, part: float) -> None:
    rng = np.random.default_rng(size)
    one = rng.integers(0, 2**63, size, dtype=np.uint64)
    other = np.concatenate([one[: int(size * part)], rng.integers(0, 2**63, size - int(size * part), dtype=np.uint64)])
    likeness = len({*one.tolist()} & {*other.tolist()}) / len({*one.tolist()} | {*other.tolist()})
    estimate = float((signature_of(np.unique(one)) == signature_of(np.unique(other))).mean())
    assert abs(estimate - likeness) <= 5 * (0.25 / SCHEME.permutations) ** 0.5


BROKEN: dict[str, dict[str, Any]] = {
    "version": {"features": "0"},
    "no base64": {"tokens": "!"},
    "no zlib": {"tokens": "AAAA"},
    "too few tokens": {"tokens": "eJwDAAAAAAE="},
    "wrong type": {"units": 3},
    "unit outside": {"units": [["class", 0, 1, 2, 0, 9_999]]},
    "unknown field": {"more": 1},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_fingerprint_that_contradicts_itself_is_refused(change: dict[str, Any]) -> None:
    fingerprint = dict(features(project({"model.py": ORIGINAL})).fingerprint)
    with pytest.raises(ValueError, match=r"."):
        shape_of(fingerprint | change)


def test_indexing_again_gives_the_same_answers(tmp_path: Path) -> None:
    with earlier(tmp_path) as one:
        one.add("first", {"model.py": ORIGINAL})
        before = one.compare({"model.py": ORIGINAL + OTHER})
        fingerprint = one.corpus().fingerprint("first")
        assert index_of(shape_of(fingerprint), 3) == features(project({"model.py": ORIGINAL})).index
        assert one.compare({"model.py": ORIGINAL + OTHER}) == before


def test_what_everybody_has_says_nothing() -> None:
    one, other = shape(ORIGINAL), shape(OTHER)
    both = np.unique(np.concatenate([one.distinct, other.distinct]))
    rarity = Rarity.of([both, both, one.distinct])
    weights = rarity.weights(one.distinct)
    assert 0 < weights.max() < 0.2
    assert Rarity.of([one.distinct], [one.distinct]).weights(one.distinct).max() == 0
    assert Rarity.of([]).weights(one.distinct).min() == 1


def test_one_owner_makes_no_code_common(tmp_path: Path) -> None:
    from prism_similarity.rarity import rarity_in

    with earlier(tmp_path) as store:
        for number in range(6):
            store.add(f"own-{number}", {"model.py": f"{ORIGINAL}\nNUMBER = {number}\n"}, hotkey="alice")
        store.add("other", {"model.py": OTHER}, hotkey="bob")
        rarity = rarity_in(store.corpus(), ())
    assert rarity.total == 2
    assert rarity.weights(shape(ORIGINAL).distinct).mean() > 0.9


def test_what_everybody_copied_is_still_a_copy(tmp_path: Path) -> None:
    with earlier(tmp_path) as store:
        for number in range(8):
            store.add(f"s{number}", {"model.py": f"{ORIGINAL}\nNUMBER = {number}\n"}, hotkey=f"a{number}")
        assert set(store.rules({"model.py": ORIGINAL}, hotkey="zoe")) == {"duplicate"}
        changed = {"model.py": ORIGINAL.replace("F.softmax(scores, dim=-1)", "scores.sigmoid()")}
        assert "duplicate" not in store.rules(changed, hotkey="zoe")
        assert store.rules(changed, hotkey="zoe")[0] in {"copied", "suspected"}


def test_buckets_that_were_cut_short_are_recorded() -> None:
    comparison = Comparison(matches=(), new=1.0, dropped=3)
    (finding,) = findings_of(comparison, is_whole=True, project=project({"model.py": ORIGINAL}))
    assert finding.rule == "similarity/crowded-index"
    assert finding.severity is Severity.NOTE
    assert "3 buckets" in finding.message


def test_a_file_ends_with_its_last_line() -> None:
    (unit,) = (unit for unit in shape(ORIGINAL).units if unit.kind == "file")
    assert ORIGINAL.endswith("\n")
    assert (unit.first_line, unit.last_line) == (1, len(ORIGINAL.splitlines()))


def test_the_gate_rejects_a_copy_and_keeps_the_source(tmp_path: Path) -> None:
    from prism.store.keep import keep

    contract = "\n\ndef build_model(ctx):\n    return Model(256)\n\n\ndef get_recipe(ctx):\n    return {}\n"
    folders = []
    for name, text in (("source", ORIGINAL), ("copy", ORIGINAL.replace("Attention", "Mixer").replace("scores", "s"))):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "model.py").write_text(text + contract)
        folders.append(folder)
    with Gate.from_policy("default") as gate, open_store(str(tmp_path / "store.sqlite3")) as store:
        outcomes = []
        for hotkey, folder in zip(("alice", "bob"), folders, strict=True):
            examination = gate.examine(folder, corpus=store.source(hotkey=hotkey))
            outcomes.append(keep(store, examination, hotkey=hotkey).review.verdict)
        assert outcomes == [Outcome.APPROVED, Outcome.REJECTED]
        assert [row.hotkey for row in store.submissions()] == ["alice"]
