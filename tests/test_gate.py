"""The gate as a whole, under small policies whose plugins are files: what runs, what is skipped, what is decided."""

import io
import itertools
import zipfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from ruamel.yaml import YAML

from prism.corpus import CorpusSource, Features
from prism.declaration import Declaration
from prism.errors import UsageError
from prism.finding import Severity
from prism.gate import Gate
from prism.notebook import Usage
from prism.review import Review, StageStatus
from prism.snapshot import Snapshot
from prism.store import open_store
from prism.verdict import Outcome

PLUGINS = Path(__file__).parent / "corpora" / "plugins"
CLEAN = {"model.py": "x = 1\n"}


def policy_file(folder: Path, *plugins: str, **sections: object) -> Path:
    policy = {
        "policy": 1,
        "name": "test",
        "plugins": {name: {"from": str(PLUGINS / f"{name}.py")} for name in plugins},
        "guard": {"plugin_seconds": 2},
        **sections,
    }
    path = folder / "policy.yaml"
    YAML().dump(policy, path)
    return path


def archive(files: Mapping[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in files.items():
            target.writestr(name, text)
    return stream.getvalue()


def review_of(policy: Path, files: Mapping[str, str], corpus: CorpusSource | None = None) -> Review:
    with Gate.from_policy(policy) as gate:
        return gate.review(archive(files), corpus=corpus)


def earlier(folder: Path) -> CorpusSource:
    """One earlier submission, of one file, as the plugin ``comparer`` fingerprints it."""
    store = open_store(str(folder / "store.sqlite3"))
    one = {"comparer": Features(fingerprint={"files": 1}, index=None)}
    store.keep(Snapshot.of({"model.py": b"y = 2\n"}), one, id="earlier-1")
    return store.source()


def stages_of(review: Review) -> dict[str, tuple[StageStatus, str]]:
    return {stage.name: (stage.status, stage.why) for stage in review.stages}


def test_a_clean_project_is_approved_with_a_whole_record(tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "honest"), CLEAN, corpus=earlier(tmp_path))
    assert review.verdict is Outcome.APPROVED
    assert review.project is not None
    assert [file.path for file in review.project.files] == ["model.py"]
    assert review.project.entrypoints == {"architecture": "model.py", "training": "model.py"}
    assert review.versions.plugins["honest"].startswith("sha256:")
    parts = ("intake", "parse", "check:honest", "fingerprint:honest")
    assert stages_of(review) == dict.fromkeys(parts, (StageStatus.COMPLETED, ""))


def test_what_a_plugin_declares_is_on_record_under_its_own_name(tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "declares_nothing", "honest"), CLEAN)
    assert review.project is not None
    assert review.project.declarations == (Declaration(plugin="declares_nothing", imports=("torch",)),)


def test_a_declaration_that_is_none_holds_the_project(tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "odd_declaration"), CLEAN)
    assert review.verdict is Outcome.HELD
    assert "a declaration was expected, not dict" in review.findings[0].message


def test_equal_reviews_differ_in_nothing_but_timings(tmp_path: Path) -> None:
    policy = policy_file(tmp_path, "dies", "honest", "loses_a_file", "raises", "reviewer")
    files = {"model.py": "bad\n", "helper.py": "(\n", "b.py": "bad = bad\n"}
    with Gate.from_policy(policy) as gate:
        first, second = gate.review(archive(files)), gate.review(archive(dict(reversed(files.items()))))
    third = review_of(policy, files)
    same = {
        msgspec.json.encode(msgspec.structs.replace(review, timings=first.timings)) for review in (first, second, third)
    }
    assert len(same) == 1


def test_a_folder_and_its_archive_give_the_same_record(tmp_path: Path) -> None:
    files = {"model.py": "bad\n", "deep/er.py": "x = 1\n"}
    root = tmp_path / "project"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (tmp_path / "project.zip").write_bytes(archive(files))
    with Gate.from_policy(policy_file(tmp_path, "honest")) as gate:
        reviews = [gate.review(path) for path in (root, tmp_path / "project.zip")]
    assert reviews[0].project == reviews[1].project
    assert reviews[0].findings == reviews[1].findings


def test_the_verdict_does_not_depend_on_the_order_of_plugins(tmp_path: Path) -> None:
    seen = {
        (review.verdict, review.findings)
        for order in itertools.permutations(("honest", "raises", "reviewer"))
        for review in [review_of(policy_file(tmp_path, *order), {"model.py": "bad\n"})]
    }
    assert len(seen) == 1


def test_a_refused_archive_is_rejected_with_its_reason(tmp_path: Path) -> None:
    with Gate.from_policy(policy_file(tmp_path, "honest", "reviewer")) as gate:
        review = gate.review(b"this is no archive")
    assert review.verdict is Outcome.REJECTED
    assert review.project is None
    assert {finding.rule for finding in review.findings} == {"intake/not-a-zip"}
    assert stages_of(review)["check:honest"] == (StageStatus.SKIPPED, "intake refused")


def test_an_oversized_archive_is_rejected_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    path.write_bytes(b"\0" * 5_000)
    with Gate.from_policy(policy_file(tmp_path, "honest", intake={"archive_bytes": 4_096})) as gate:
        review = gate.review(path)
    assert review.verdict is Outcome.REJECTED
    assert [finding.rule for finding in review.findings] == ["intake/archive-too-large"]


def test_an_oversized_archive_in_memory_is_rejected_too(tmp_path: Path) -> None:
    with Gate.from_policy(policy_file(tmp_path, "honest", intake={"archive_bytes": 4_096})) as gate:
        review = gate.review(bytes(8 * 2**20))
    assert [finding.rule for finding in review.findings] == ["intake/archive-too-large"]


@pytest.mark.parametrize("name", ["x" * 300, "model.py/inside", "nul\0"])
def test_a_path_that_cannot_be_is_a_usage_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("x = 1\n")
    with Gate.from_policy(policy_file(tmp_path)) as gate, pytest.raises(UsageError, match="cannot be read"):
        gate.review(tmp_path / name)


def test_a_missing_path_is_a_usage_error(tmp_path: Path) -> None:
    with Gate.from_policy(policy_file(tmp_path)) as gate, pytest.raises(UsageError, match="No such file") as refusal:
        gate.review(tmp_path / "nothing.zip")
    assert refusal.value.where.endswith("nothing.zip")


@pytest.mark.parametrize(
    "name",
    [
        *("raises", "hangs", "wrong_type", "floods", "dies", "odd_fingerprint", "exits", "review_exits"),
        *("review_unspeakable", "verdict_raises", "verdict_exits", "verdict_imitates", "verdict_half_pair"),
        *("loses_material", "odd_material", "odd_usage"),
    ],
)
def test_no_plugin_failure_ends_in_approval(name: str, tmp_path: Path) -> None:
    files = {"model.py": "x = 1\n", "second.py": "y = 2\n"}
    review = review_of(policy_file(tmp_path, name, "honest"), files, corpus=earlier(tmp_path))
    assert review.verdict is Outcome.HELD
    assert any(stage.status is StageStatus.FAILED and name in stage.name for stage in review.stages)
    assert "honest" in review.versions.plugins


def test_no_fingerprint_is_made_where_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "odd_fingerprint", "honest"), CLEAN)
    assert review.verdict is Outcome.APPROVED
    assert not [stage for stage in review.stages if stage.name.startswith("fingerprint:")]


def test_a_verdict_plugin_can_only_be_harsher(tmp_path: Path) -> None:
    assert review_of(policy_file(tmp_path, "harsher"), CLEAN).verdict is Outcome.REJECTED
    held = review_of(policy_file(tmp_path, "milder", "reviewer"), CLEAN)
    assert held.verdict is Outcome.HELD
    assert [reason.rule for reason in held.reasons] == ["reviewer/doubt"]
    assert review_of(policy_file(tmp_path, "verdict_lies"), CLEAN).verdict is Outcome.HELD


def test_a_verdict_without_a_reason_gets_the_reason_that_none_was_given(tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "silent_verdict"), CLEAN)
    assert review.verdict is Outcome.REJECTED
    assert [(reason.rule, reason.text) for reason in review.reasons] == [
        ("silent_verdict/verdict", "plugin 'silent_verdict' gave no reason")
    ]


@pytest.mark.parametrize("name", ["review_hangs", "verdict_hangs"])
def test_a_plugin_that_hangs_outside_the_guard_is_left_behind(name: str, tmp_path: Path) -> None:
    limits = {"plugin_seconds": 1, "reviewer_seconds": 1}
    review = review_of(policy_file(tmp_path, name, "reviewer", verdict=limits), CLEAN)
    assert review.verdict is Outcome.HELD
    assert {finding.rule for finding in review.findings} == {"host/plugin-failed", "reviewer/doubt"}
    assert any("nothing within 1 s" in reason.text for reason in review.reasons)


def test_comparison_sees_fingerprints_and_can_reject(tmp_path: Path) -> None:
    corpus = earlier(tmp_path)
    policy = policy_file(tmp_path, "comparer", "reviewer")
    review = review_of(policy, CLEAN, corpus=corpus)
    assert [finding.rule for finding in review.findings] == ["comparer/same-size"]
    assert stages_of(review)["review:reviewer"] == (StageStatus.SKIPPED, "the project is rejected already")
    without = review_of(policy, CLEAN)
    assert stages_of(without)["compare:comparer"] == (StageStatus.SKIPPED, "there is no corpus to compare with")


def test_a_plugin_that_lost_its_fingerprint_is_not_asked_to_compare(tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "loses_fingerprint"), CLEAN, corpus=earlier(tmp_path))
    assert review.verdict is Outcome.HELD
    assert stages_of(review)["compare:loses_fingerprint"] == (StageStatus.SKIPPED, "its fingerprint failed")


def test_a_policy_may_ask_for_everything_although_the_project_is_rejected(tmp_path: Path) -> None:
    corpus = earlier(tmp_path)
    policy = policy_file(tmp_path, "comparer", "reviewer", verdict={"stop_when_rejected": False})
    review = review_of(policy, CLEAN, corpus=corpus)
    assert {finding.rule for finding in review.findings} == {"comparer/same-size", "reviewer/doubt"}


def test_a_reviewer_gets_what_its_guarded_half_made_and_its_notebook(tmp_path: Path) -> None:
    policy = policy_file(tmp_path, "gatherer")
    with Gate.from_policy(policy) as gate:
        first, second = gate.review(archive({"model.py": "b = a\n"})), gate.review(archive(CLEAN))
    assert [finding.message for finding in first.findings] == ["['a', 'b'] None  True"]
    assert [finding.message for finding in second.findings] == ["['x']   True"]
    assert (first.usage, second.usage) == (
        (Usage(plugin="gatherer", model="m", requests=1),),
        (Usage(plugin="gatherer", model="m", recalled=1),),
    )
    assert stages_of(first)["material:gatherer"] == (StageStatus.COMPLETED, "")


def test_a_reviewer_whose_material_failed_is_not_asked(tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "loses_material"), CLEAN)
    assert review.verdict is Outcome.HELD
    assert stages_of(review)["review:loses_material"] == (StageStatus.SKIPPED, "its material failed")


FAILING = ("raises", "dies", "hangs", "hoards", "floods", "review raises", "review hangs", "review exits")


def advised(folder: Path, fails: str, *, is_forgiven: bool, files: Mapping[str, str] = CLEAN) -> Review:
    plugins = {
        "adviser": {
            "from": str(PLUGINS / "adviser.py"),
            "settings": {"fails": fails, "is_forgiven": is_forgiven},
        },
        "honest": {"from": str(PLUGINS / "honest.py")},
    }
    verdict = {"plugin_seconds": 2, "reviewer_seconds": 2, "hold": ["warning", "note"]}
    guard = {"plugin_seconds": 1, "cpu_seconds": 1}
    return review_of(policy_file(folder, plugins=plugins, verdict=verdict, guard=guard), files)


@pytest.mark.parametrize("fails", FAILING)
def test_the_failure_of_an_advice_is_put_on_record_and_changes_nothing(fails: str, tmp_path: Path) -> None:
    review = advised(tmp_path, fails, is_forgiven=True)
    assert review.verdict is Outcome.APPROVED
    (finding,) = review.findings
    assert finding.rule.startswith("host/")
    assert (finding.severity, finding.at_most) == (Severity.NOTE, "approved")
    assert StageStatus.FAILED in {stage.status for stage in review.stages}
    assert stages_of(review)["check:honest"] == (StageStatus.COMPLETED, "")


@pytest.mark.parametrize("fails", FAILING)
def test_the_same_failure_of_what_is_no_advice_forbids_approval(fails: str, tmp_path: Path) -> None:
    assert advised(tmp_path, fails, is_forgiven=False).verdict is Outcome.HELD


def test_a_failed_advice_hides_nothing_that_others_find(tmp_path: Path) -> None:
    review = advised(tmp_path, "dies", is_forgiven=True, files={"model.py": "bad\n"})
    assert {finding.rule for finding in review.findings} == {"host/review-crashed", "honest/bad-name"}
    assert review.verdict is Outcome.HELD


def test_hooks_that_settings_switch_off_are_not_there(tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "idle"), CLEAN)
    assert review.verdict is Outcome.APPROVED
    assert set(stages_of(review)) == {"intake", "parse"}


def test_features_are_made_without_material(tmp_path: Path) -> None:
    with Gate.from_policy(policy_file(tmp_path, "loses_material", "honest")) as gate:
        _, features = gate.features_of(archive(CLEAN))
    assert set(features) == {"honest"}


def test_nobody_parses_outside_of_the_guarded_process(tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "parses_outside"), CLEAN)
    assert review.verdict is Outcome.HELD
    (finding,) = review.findings
    assert "may only be parsed in the guarded process" in finding.message


def test_a_waiver_covers_its_file_and_comments_cover_nothing(tmp_path: Path) -> None:
    files = {"model.py": "bad  # noqa  # nosec  # prism: ignore\n"}
    plain = review_of(policy_file(tmp_path, "honest"), files)
    assert plain.verdict is Outcome.HELD
    assert plain.project is not None
    waiver = {
        "rule": "honest/bad-name",
        "file": plain.project.files[0].sha256,
        "reason": "looked at and found harmless",
        "expires": "2999-12-31",
    }
    waived = review_of(policy_file(tmp_path, "honest", waivers=[waiver]), files)
    assert waived.verdict is Outcome.APPROVED
    assert [finding.waived for finding in waived.findings] == ["looked at and found harmless"]
    expired = review_of(policy_file(tmp_path, "honest", waivers=[waiver | {"expires": "2020-01-01"}]), files)
    assert expired.verdict is Outcome.HELD


def test_what_is_not_approved_is_never_run(tmp_path: Path) -> None:
    with Gate.from_policy(policy_file(tmp_path, "reviewer")) as gate:
        held = gate.run(gate.examine(archive(CLEAN)))
        rejected = gate.run(gate.examine(b"no archive"))
    assert (held.status, held.metrics) == ("held", {})
    assert (rejected.status, rejected.metrics) == ("rejected", {})
    assert "reviewer/doubt" in held.reason
    assert "intake/not-a-zip" in rejected.reason


@pytest.mark.parametrize("liar", ["lying_reader", "parents"])
def test_a_promise_to_change_nothing_is_checked_and_its_breach_hides_nothing(liar: str, tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "honest", liar, "other_reader"), {"model.py": "bad\n"})
    assert review.verdict is Outcome.HELD
    assert stages_of(review)["check:other_reader"] == (StageStatus.COMPLETED, "")
    (failure,) = [finding for finding in review.findings if finding.rule == "host/plugin-failed"]
    assert f"plugin '{liar}': it changed the tree of model.py although it says reads_only" in failure.message
    assert {finding.rule for finding in review.findings} > {"honest/bad-name", "other_reader/bad-name"}


def test_who_keeps_the_promise_is_believed(tmp_path: Path) -> None:
    review = review_of(policy_file(tmp_path, "other_reader"), {"model.py": "x = 1\n", "deep.py": f"y = {'-' * 900}1\n"})
    assert (review.verdict, review.findings) == (Outcome.APPROVED, ())
