"""The reference pages are what the code says, and nothing that a reader could meet is missing from them."""

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import jsonschema
import msgspec
import pytest

import prism
from prism import errors, hookspecs
from prism.cli import app, rendering
from prism.cli.root import command_for
from prism.document import Json, load_document
from prism.policy.all_rules import rules_under
from prism.policy.layers import read_layers
from prism.policy.loading import in_force, load
from prism.policy.model import Policy
from prism.rule import Rule
from prism.runner.result import Reason
from tests.docs.blocks import ROOT
from tests.report.records import finding, reason, review

REFERENCE = ROOT / "docs" / "reference"
MEANS_SOMETHING = 5
"""Characters of the shortest text that can be one."""


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def test_generating_changes_nothing() -> None:
    checked = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, ""), "run: python docs/generate.py"


def built(folder: Path) -> "subprocess.CompletedProcess[str]":
    """The site, without --quiet: that would have --strict see no warning."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder / "site")],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    for name in ("docs", "mkdocs.yml"):
        (tmp_path / name).symlink_to(ROOT / name)
    done = built(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site/reference/rules/safety/index.html").is_file()


def test_a_link_to_what_is_not_there_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_bytes((ROOT / "mkdocs.yml").read_bytes())
    (tmp_path / "docs/navigation.py").write_bytes((ROOT / "docs/navigation.py").read_bytes())
    links = "[a page](absent.md)\n[a heading](#absent)\n[a file](absent.json)\n"
    (tmp_path / "docs/index.md").write_text(f"# Links\n\n{links}")
    done = built(tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("WARNING -") == links.count("absent"), done.stderr


def test_every_hook_is_documented_with_its_arguments() -> None:
    text = page("hooks.md")
    hooks = {name: value for name, value in vars(hookspecs).items() if name.startswith("prism_")}
    assert hooks
    for name, function in hooks.items():
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for argument in inspect.signature(function).parameters:
            assert f"{argument}: " in section, f"{name}: {argument}"
        for label in ("When:", "Order:", "Result", "Since:"):
            assert f"**{label}" in section, f"{name}: {label}"


def test_every_rule_is_documented() -> None:
    index = page("rules/index.md")
    assert len(every_rule()) > 50
    for rule in every_rule().values():
        owner = rule.id.partition("/")[0]
        assert f"[`{rule.id}`]" in index
        assert f"\n## {rule.id} " in page(f"rules/{owner}.md")


def settings_of(struct: type[msgspec.Struct], path: str = "") -> Iterator[str]:
    for field in msgspec.structs.fields(struct):
        name = f"{path}.{field.encode_name}".lstrip(".")
        yield name
        inner = getattr(field.type, "__args__", None) or (field.type,)
        for each in inner:
            if inspect.isclass(each) and issubclass(each, msgspec.Struct):
                yield from settings_of(each, name)


def test_every_setting_is_documented() -> None:
    text = page("policy.md")
    settings = set(settings_of(Policy))
    assert {"intake.files", "runner.limits.cpus", "runner.gpu"} <= settings
    for name, definition in load("default").plugins.items():
        settings |= {
            f"plugins.{name}.settings.{key}" for key in (definition.settings_schema or {}).get("properties", {})
        }
    for setting in settings:
        assert f"| `{setting.rpartition('.')[2]}` |" in text, setting


def commands_of(command: Any, name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - Typer exports no types
    """Each command by its name, those of plugins as well."""
    yield name, command
    for each, below in getattr(command, "commands", {}).items():
        yield from commands_of(below, f"{name} {each}")


def test_every_command_is_documented_with_its_options() -> None:
    text = page("commands.md")
    commands = dict(commands_of(command_for([]), "prism"))
    assert {
        "prism review",
        "prism rules explain",
        "prism policy check",
        "prism similarity calibrate",
    } <= commands.keys()
    for name, command in commands.items():
        assert f"\n## {name}\n" in text, name
        assert command.help, name
        assert [each.name for each in command.params if not each.hidden and not each.help] == [], name


def test_nothing_in_a_table_is_left_without_its_meaning() -> None:
    """Whatever has a row is explained in it: a setting, a field of a record, a code, a rule, a parameter."""
    tables = 0
    for file in REFERENCE.rglob("*.md"):
        head: list[str] = []
        for line in file.read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if cells and not head:
                tables, head = tables + 1, cells
            optional = {"default"} & set(head)
            assert all(cell for name, cell in zip(head, cells, strict=bool(cells)) if name not in optional), (
                file,
                line,
            )
            head = head if cells else []
    assert tables > 50


def test_every_rule_says_why_and_what_to_do() -> None:
    for owner in {rule.partition("/")[0] for rule in every_rule()}:
        assert (REFERENCE / f"rules/{owner}.md").is_file()
    for rule in every_rule().values():
        told = (rule.title, rule.why, rule.example, rule.instead)
        assert all(len(each) > MEANS_SOMETHING for each in told), rule.id


def every_rule() -> dict[str, Rule]:
    """Those of every built-in plugin, also of one that no shipped policy selects."""
    selected: dict[str, Json] = {name: {} for name in ("contract", "llm", "safety", "similarity")}
    return rules_under(in_force(read_layers("default").over({"plugins": selected}, said_by="a test")))


def all_subclasses(parent: type[errors.PrismError]) -> Iterator[type[errors.PrismError]]:
    for child in parent.__subclasses__():
        yield child
        yield from all_subclasses(child)


def test_every_error_and_exit_code_is_documented() -> None:
    for module in walk_packages(prism.__path__, "prism."):
        if not module.name.startswith(("prism.evaluator", "prism.__main__")):
            import_module(module.name)
    text = page("errors.md")
    for each in all_subclasses(errors.PrismError):
        if each.__module__.startswith("prism."):
            assert f"| `{each.code}` | {each.exit_code} |" in text, each
    assert [each for each in Reason if f"\n| `{each}` | " not in text] == []
    codes = {
        value for module in (errors, app, rendering) for name, value in vars(module).items() if name.startswith("EXIT_")
    }
    assert {0, 1, 2, 3, 70, 130} <= codes
    for code in codes:
        assert f"\n| {code} | " in text, code


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page(name))
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def test_the_published_schema_describes_reviews() -> None:
    validator = jsonschema.Draft202012Validator(schema("review.schema.json"))
    record = json.loads(msgspec.json.encode(review(finding(), reasons=(reason(),))))
    validator.validate(record)
    for spoilt in ({**record, "verdict": "fine"}, {**record, "more": 1}, {**record, "findings": [{}]}):
        assert not validator.is_valid(spoilt)


@pytest.mark.parametrize("name", ["default", "strict", "production"])
def test_the_published_schema_describes_the_shipped_policies(name: str) -> None:
    validator = jsonschema.Draft202012Validator(schema("policy.schema.json"))
    text = (ROOT / "policies" / f"{name}.yaml").read_text(encoding="utf-8")
    policy = load_document(text, name=name).data
    assert isinstance(policy, dict)
    validator.validate(policy)
    assert not validator.is_valid({**policy, "more": 1})
