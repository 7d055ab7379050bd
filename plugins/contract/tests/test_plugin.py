import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from prism_contract.bindings import module_names
from prism_contract.plugin import MAX_PER_RULE, ContractPlugin
from prism_contract.rules import RULES
from prism_contract.settings import SCHEMA, settings_of

from prism.finding import Finding
from prism.guard.boundary import guarded_here
from prism.host import Host
from prism.plugin import PluginDefinition
from prism.policy.loading import load
from prism.project import Project
from prism.snapshot import Snapshot

README = Path(__file__).parents[1] / "README.md"
BOTH = "def build_model(ctx):\n    return None\n\n\ndef get_recipe(ctx):\n    return {}\n"


def findings(files: dict[str, str], given_settings: Mapping[str, object] | None = None) -> list[Finding]:
    project = Project(Snapshot.of({path: text.encode() for path, text in files.items()}))
    with guarded_here():
        return list(ContractPlugin(given_settings or {}).prism_check_project(project))


def rules(files: dict[str, str], given_settings: Mapping[str, object] | None = None) -> list[str]:
    return sorted(finding.rule for finding in findings(files, given_settings))


def test_the_host_takes_the_plugin_and_its_findings() -> None:
    definition = PluginDefinition(name="contract", version="0", origin="test", implementation=ContractPlugin)
    host = Host([(definition, {})])
    project = Project(Snapshot.of({"model.py": b"def build_modle(ctx): ...\ndef get_recipe(ctx): ...\n"}))
    with guarded_here():
        answer = host.findings("prism_check_project", "contract", limit=10, project=project)
    assert answer.failure is None
    assert [finding.rule for finding in answer.findings] == ["contract/misspelt-function"]
    assert len(host.rules_of("contract")) == len(RULES)


def test_the_settings_schema_is_valid_and_its_defaults_fit_it() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    defaults = {name: part["default"] for name, part in SCHEMA["properties"].items()}
    assert list(Draft202012Validator(SCHEMA).iter_errors(defaults)) == []
    assert settings_of({}) == settings_of(defaults)


def test_the_default_contract_is_the_documented_one() -> None:
    functions = settings_of({}).functions
    assert {name: function.parameters for name, function in functions.items()} == {
        "build_model": ("ctx",),
        "get_recipe": ("ctx",),
        "configure_optimizer": ("model", "recipe", "ctx"),
        "inference_logits": ("model", "batch", "ctx"),
        "infer": ("model", "batch", "ctx"),
        "compute_loss": ("model", "batch", "ctx"),
        "train_step": ("model", "batch", "optimizer", "ctx"),
        "save_checkpoint": ("model", "checkpoint_dir", "ctx"),
        "load_checkpoint": ("model", "checkpoint_dir", "ctx"),
    }
    assert [name for name, function in functions.items() if function.required_for] == ["build_model", "get_recipe"]


def test_the_default_policy_spells_the_default_contract_out() -> None:
    assert settings_of(load("default").policy.plugins["contract"].settings) == settings_of({})


def test_the_policy_in_the_readme_holds(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", README.read_text(), re.DOTALL)
    (tmp_path / "chess.yaml").write_text(text)
    functions = settings_of(load(tmp_path / "chess.yaml").policy.plugins["contract"].settings).functions
    assert [name for name, function in functions.items() if function.required_for] == ["choose_move"]


def test_another_competition_writes_other_settings_and_no_code() -> None:
    other = {
        "functions": {"play": {"parameters": ["board", "clock"], "required_for": ["full"]}, "rest": {"parameters": []}},
        "protected_modules": ["chess"],
        "reserved_names": [],
    }
    assert rules({"model.py": "def play(board, clock):\n    return 0\n"}, other) == []
    assert rules({"model.py": BOTH}, other) == ["contract/missing-function"]
    files = {"model.py": "def play(clock, board): ...\ndef rest(x): ...\n", "chess.py": "", "setup.py": ""}
    assert rules(files, other) == [
        "contract/shadowed-module",
        "contract/unimported-module",
        "contract/wrong-parameters",
        "contract/wrong-parameters",
    ]


def test_the_entrypoint_without_a_manifest_is_the_projects_default() -> None:
    snapshot = Snapshot.of({"src/net.py": BOTH.encode()})
    with guarded_here():
        project = Project(snapshot, default_entrypoint="src/net.py")
        assert list(ContractPlugin({}).prism_check_project(project)) == []


def test_findings_show_what_to_write() -> None:
    (finding,) = findings({"model.py": "def build_model(config):\n    ...\n\n\ndef get_recipe(ctx):\n    ...\n"})
    assert (finding.line, finding.column) == (1, 17)
    assert "'config' in the place of 'ctx'" in finding.message
    assert "def build_model(ctx):" in finding.remedy
    assert finding.evidence is not None
    assert finding.evidence.excerpt == "def build_model(config):"


def test_names_from_the_project_are_escaped_and_cut() -> None:
    long = "build_model_" + "x" * 5_000
    (finding,) = findings({"model.py": f"def build_model({long}):\n    ...\n\n\ndef get_recipe(ctx):\n    ...\n"})
    assert len(finding.message) < 300
    (hidden,) = (
        item for item in findings({"model.py": BOTH, ".a\u202eb/x.txt": ""}) if item.rule == "contract/hidden-file"
    )
    assert "\u202e" not in hidden.message


def test_many_places_of_one_rule_are_counted_and_none_is_lost() -> None:
    imports = "from .. import x\n" * (MAX_PER_RULE + 7)
    found = findings({"model.py": imports + BOTH})
    assert len(found) == MAX_PER_RULE + 1
    assert found[-1].path is None
    assert found[-1].message.startswith("7 more places")


def test_files_that_do_not_parse_make_no_noise() -> None:
    assert rules({"model.py": "def build_model(ctx:\n"}) == []
    assert rules({"model.py": BOTH, "broken.py": "def (\n", "blocks.py": ""}) == []


def test_signatures_of_two_parts_are_asked_of_their_own_entrypoints() -> None:
    manifest = "kind: full\narchitecture: {entrypoint: net.py}\ntraining: {entrypoint: train.py}\n"
    net = "def build_model(ctx): ...\ndef infer(model): ...\n"
    train = "def get_recipe(ctx): ...\ndef infer(anything): ...\ndef train_step(model): ...\n"
    found = findings({"prism.yaml": manifest, "net.py": net, "train.py": train})
    assert [(finding.rule, finding.path, finding.line) for finding in found] == [
        ("contract/wrong-parameters", "net.py", 2),
        ("contract/wrong-parameters", "train.py", 3),
    ]


DEEP = 2_000
TORTURE = {
    "long sum": "X = " + "+".join(["1"] * DEEP),
    "attributes": "X = a" + ".b" * DEEP,
    "calls": "X = f" + "()" * DEEP,
    "negations": "X = " + "-" * 80 + "1",
    "elifs": "if a:\n    pass\n" + "elif a:\n    build_model = 1\n" * 90,
    "nested functions": "".join(" " * depth + f"def f{depth}():\n" for depth in range(90)) + " " * 90 + "pass",
    "many names": "\n".join(f"build_model{number} = {number}" for number in range(5_000)),
    "many functions": "\n".join(f"def build_modle{number}(ctx): pass" for number in range(3_000)),
    "many bindings": "build_model = 1\n" * 5_000,
    "long name": "def " + "build_model" * 10_000 + "(ctx): pass",
    "default chain": "\n".join(f"x{number + 1} = x{number}" for number in range(2_000)) + "\ndef infer(a=x2000): pass",
    "default circle": "a = (b, b)\nb = (a, a)\ndef infer(model, batch, ctx, c=a): pass",
    "power": "A = 9 ** 9 ** 9 ** 9\ndef infer(model, batch, ctx, c=A): pass",
}


@pytest.mark.parametrize("text", TORTURE.values(), ids=TORTURE)
def test_extreme_sources_end_in_findings(text: str) -> None:
    """Each of them parses, and none defines both functions."""
    assert findings({"model.py": text + "\n"})


def test_a_source_too_deep_to_parse_is_left_to_the_host() -> None:
    assert findings({"model.py": "X = " + "+".join(["1"] * 50_000)}) == []


def test_modules_that_import_each_other_by_stars_are_read_once() -> None:
    names = [f"m{number}" for number in range(60)]
    stars = "".join(f"from {name} import *\n" for name in names)
    files = {f"{name}.py": stars for name in names}
    assert rules({"model.py": stars + BOTH, **files}) == []


_FRAGMENTS = st.sampled_from(
    [
        "build_model = 1",
        "def build_model(ctx): pass",
        "async def build_model(*, ctx): yield",
        "del build_model",
        "global build_model",
        "from blocks import *",
        "import build_model",
        "class build_model: pass",
        "if build_model: build_model += 1",
        "for build_model in (): pass",
        "with a as build_model: pass",
        "x = lambda: (build_model := 1)",
        "x = [build_model := 1 for build_model2 in ()]",
        "def f():\n    global build_model\n    build_model = 1",
        "try: pass\nexcept E as build_model: pass",
        "match a:\n    case [build_model, *_]: pass",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_FRAGMENTS, max_size=6))
def test_bindings_agree_with_what_python_compiles(fragments: list[str]) -> None:
    """The module-level names are those that CPython's own symbol table calls assigned, imported or deleted."""
    import symtable

    text = "\n".join(fragments) + "\n"
    try:
        tree = ast.parse(text)
        table = symtable.symtable(text, "model.py", "exec")
    except SyntaxError:
        return
    bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    reached = {
        symbol.get_name()
        for child in table.get_children()
        for symbol in child.get_symbols()
        if symbol.is_declared_global() and symbol.is_assigned()
    }
    assert set(module_names(tree).bound) == bound | reached
