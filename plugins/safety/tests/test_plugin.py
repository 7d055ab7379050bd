"""The plugin as the host sees it: settings, schema, rules, chains and messages."""

import json
from collections.abc import Callable
from importlib import resources
from typing import Any

import jsonschema
import pytest
from prism_safety.plugin import SafetyPlugin
from prism_safety.rules import RULES
from prism_safety.settings import Settings, schema, settings_of

from prism.finding import Finding

Review = Callable[..., list[Finding]]


def test_schema_is_valid_and_every_setting_is_described_with_a_default() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    described = schema()["properties"]
    assert set(described) == set(Settings.__struct_fields__)
    for setting in described.values():
        assert setting["description"]
        jsonschema.Draft202012Validator({**setting, "$defs": schema()["$defs"]}).validate(setting["default"])


def test_missing_settings_have_the_defaults_of_the_schema() -> None:
    assert settings_of({}).steps_per_file == schema()["properties"]["steps_per_file"]["default"]
    assert "torch" in settings_of({"steps_per_file": 5_000}).allowed_imports


def test_rules_belong_to_the_plugin_and_are_complete() -> None:
    rules = list(SafetyPlugin({}).prism_rules())
    assert rules == list(RULES)
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule.id.startswith("safety/") for rule in rules)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.id != "safety/too-complex"], ids=lambda rule: rule.id)
def test_the_example_of_a_rule_fires_it(rule: Any, review: Review) -> None:  # noqa: ANN401 - a parametrised rule
    assert rule.id in {finding.rule for finding in review({"model.py": rule.example + "\n"})}


def test_a_finding_points_at_the_use_and_tells_how_it_got_there(review: Review) -> None:
    source = "import torch as t\n\nread = t.load\nagain = read\n\n\ndef build():\n    return again('w')\n"
    (found,) = review({"model.py": source})
    assert (found.rule, found.line, found.column) == ("safety/deserialisation", 8, 12)
    assert [(step.line, step.text) for step in found.chain] == [
        (1, "import torch as t"),
        (3, "read = t.load"),
        (4, "again = read"),
        (8, "return again('w')"),
    ]
    assert "torch.load" in found.message
    assert found.remedy
    assert found.evidence is not None
    assert found.evidence.excerpt == "    return again('w')"


def test_a_chain_goes_through_other_files(review: Review) -> None:
    files = {
        "helper.py": "from torch import load as read\n",
        "model.py": "from helper import read\n\n\ndef build():\n    return read('w')\n",
    }
    (found,) = review(files)
    assert (found.path, found.line) == ("model.py", 5)
    assert [(step.path, step.line) for step in found.chain] == [("helper.py", 1), ("model.py", 5)]


def test_a_direct_use_needs_no_chain(review: Review) -> None:
    (found,) = review({"model.py": "def f():\n    return eval('1')\n"})
    assert found.chain == ()


def test_one_cause_is_one_finding(review: Review) -> None:
    source = "import torch\n\n\ndef f():\n    return torch.os.path.sep.__class__.__mro__\n"
    assert [finding.rule for finding in review({"model.py": source})] == ["safety/leaked-module"]


def test_a_walk_through_objects_is_one_finding(review: Review) -> None:
    found = review(
        {"model.py": "def f():\n    return ().__class__.__base__.__subclasses__()[0].__init__.__globals__\n"}
    )
    assert [(finding.rule, finding.line) for finding in found] == [("safety/unsafe-attribute", 2)]
    assert "__base__" in found[0].message


def test_the_calls_of_a_wholly_forbidden_module_follow_from_its_import(review: Review) -> None:
    source = "import torch.distributed as dist\n\n\ndef f():\n    return dist.get_rank(), dist.init_process_group()\n"
    assert [(finding.rule, finding.line) for finding in review({"model.py": source})] == [
        ("safety/forbidden-import", 1)
    ]


def test_a_flood_of_one_rule_hides_no_other(review: Review) -> None:
    flood = "def f(x):\n" + "    x.__code__\n" * 200 + "    eval('1')\n"
    rules = [finding.rule for finding in review({"model.py": flood, "other.py": "import os\n"})]
    assert rules.count("safety/unsafe-attribute") == 50
    assert {"safety/dynamic-code", "safety/forbidden-import"} <= set(rules)


def test_a_neighbour_in_a_folder_is_named_in_the_remedy(review: Review) -> None:
    files = {"pkg/model.py": "import helper\n", "pkg/helper.py": "SIZE = 1\n"}
    (found,) = review(files)
    assert "from . import helper" in found.remedy


def test_an_operator_can_allow_and_forbid(review: Review) -> None:
    source = "import scipy\nimport re\n"
    assert len(review({"model.py": source})) == 2
    allowed = [*settings_of({}).allowed_imports, "scipy", "re"]
    assert review({"model.py": source}, allowed_imports=allowed) == []
    used = "import torch\n\n\ndef f(x):\n    return torch.relu(x), torch.save(x, 'w')\n"
    assert [finding.message for finding in review({"model.py": used}, extra_forbidden=["torch.relu"])] != []
    rules = {finding.rule for finding in review({"model.py": used}, permitted=["torch.save"])}
    assert rules == set()


def test_an_operator_can_open_dunders_and_calls_at_import(review: Review) -> None:
    assert review({"model.py": "def f(x):\n    return x.__code__\n"}, extra_dunders=["__code__"]) == []
    source = "import torch\n\nW = torch.randn(3)\n"
    assert review({"model.py": source}, extra_harmless_calls=["torch.randn"]) == []


def test_allowing_a_module_does_not_allow_its_dangerous_functions(review: Review) -> None:
    source = "import os\n\n\ndef f():\n    return os.cpu_count(), os.system('id')\n"
    found = review({"model.py": source}, allowed_imports=["os"])
    assert [(finding.rule, finding.line) for finding in found] == [("safety/process", 5)]


def test_data_files_name_nothing_twice() -> None:
    capabilities = json.loads(resources.files("prism_safety").joinpath("data/capabilities.json").read_text("utf-8"))
    named = [name for capability in capabilities.values() for name in capability["names"]]
    assert sorted(named) == sorted(set(named))
    lists = json.loads(resources.files("prism_safety").joinpath("data/names.json").read_text("utf-8"))
    for name, entries in lists.items():
        assert len(set(entries)) == len(entries), name
