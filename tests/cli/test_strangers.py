"""Commands and formats that installed plugins add, and what becomes of plugins that misbehave."""

import json
from pathlib import Path

import pytest

from tests.cli.strangers import install, prism

HEAD = "import typer\nfrom prism import hookimpl\nfrom prism.report.format import ReportFormat\n"
GREETS = f"""{HEAD}
@hookimpl
def prism_cli(app):
    @app.command()
    def greet(name: str) -> None:
        typer.echo(f"hello {{name}}")
"""
COUNTS = f"""{HEAD}
@hookimpl
def prism_report_formats():
    return [ReportFormat(name="count", description="how many", render=lambda report: f"{{len(report.reviews)}}\\n")]
"""
RAISES = f"""{HEAD}
@hookimpl
def prism_cli(app):
    raise RuntimeError("no \\x1b[31mluck")

@hookimpl
def prism_report_formats():
    raise RuntimeError("no luck")
"""
TAKES_A_NAME = f"""{HEAD}
@hookimpl
def prism_cli(app):
    @app.command()
    def review() -> None:
        typer.echo("approved")
"""

LEAVES = f"""{HEAD}
import sys

@hookimpl
def prism_report_formats():
    return [ReportFormat(name="leave", description="never shown", render=lambda report: sys.exit(0))]
"""
NOISY = """from prism import hookimpl

print("noise at import")

@hookimpl
def prism_review(project, findings):
    print("noise in a hook")
    return []
"""


def test_a_plugins_command_stands_beside_prisms_own(tmp_path: Path) -> None:
    install(tmp_path, "greeter", GREETS)
    greeted = prism(tmp_path, "greet", "world")
    assert (greeted.returncode, greeted.stdout, greeted.stderr) == (0, "hello world\n", "")
    assert "greet" in prism(tmp_path, "--help").stdout


def test_a_plugins_format_is_used_by_name(tmp_path: Path, honest: Path) -> None:
    install(tmp_path, "counter", COUNTS)
    counted = prism(tmp_path, "review", str(honest), "--format", "count")
    assert (counted.returncode, counted.stdout, counted.stderr) == (0, "1\n", "")


def test_what_a_plugin_prints_is_no_data(tmp_path: Path, honest: Path) -> None:
    (tmp_path / "noisy.py").write_text(NOISY, encoding="utf-8")
    policy = tmp_path / "noisy.yaml"
    policy.write_text(
        "policy: 1\nname: noisy\nextends: default\nplugins: {noisy: {from: noisy.py}}\n", encoding="utf-8"
    )
    for arguments in (["review", str(honest), "--format", "json"], ["plugins", "list", "--format", "json"]):
        done = prism(tmp_path, *arguments, "--policy", str(policy))
        assert done.returncode == 0
        assert json.loads(done.stdout)
        assert "noise at import" in done.stderr


def test_a_format_that_leaves_does_not_choose_the_exit_code(tmp_path: Path, honest: Path) -> None:
    install(tmp_path, "leaver", LEAVES)
    left = prism(tmp_path, "review", str(honest), "--format", "leave")
    assert (left.returncode, left.stdout) == (70, "")
    assert "nothing was approved" in left.stderr


def test_a_format_of_a_blocked_plugin_does_not_exist(tmp_path: Path, honest: Path) -> None:
    install(tmp_path, "counter", COUNTS)
    policy = tmp_path / "blocks.yaml"
    policy.write_text("policy: 1\nname: blocks\nextends: default\nblocked_plugins: [counter]\n", encoding="utf-8")
    refused = prism(tmp_path, "review", str(honest), "--format", "count", "--policy", str(policy))
    assert refused.returncode == 2
    assert refused.stderr.startswith("usage: there is no format 'count'\n")


def test_a_plugin_that_raises_is_named_and_the_rest_works(tmp_path: Path, honest: Path) -> None:
    install(tmp_path, "broken", RAISES)
    install(tmp_path, "counter", COUNTS)
    install(tmp_path, "greeter", GREETS)
    greeted = prism(tmp_path, "greet", "world")
    assert (greeted.returncode, greeted.stdout) == (0, "hello world\n")
    assert greeted.stderr == "warning: plugin 'broken' failed in prism_cli: RuntimeError: no \\x1b[31mluck\n"
    assert prism(tmp_path, "review", str(honest), "--format", "count").stdout == "1\n"


def test_a_plugin_cannot_take_the_name_of_a_command(tmp_path: Path, honest: Path) -> None:
    install(tmp_path, "impostor", TAKES_A_NAME)
    listed = prism(tmp_path, "--help")
    assert listed.returncode == 2
    assert "two commands are called 'review': of PRISM and of impostor" in listed.stderr
    assert "approved: no findings" in prism(tmp_path, "review", str(honest)).stdout
    assert prism(tmp_path, "--help", PRISM_BLOCKED_PLUGINS="impostor").returncode == 0


def test_a_second_format_of_a_name_is_refused(tmp_path: Path, honest: Path) -> None:
    install(tmp_path, "counter", COUNTS)
    install(tmp_path, "other", COUNTS)
    refused = prism(tmp_path, "review", str(honest), "--format", "count")
    assert refused.returncode == 2
    assert "two report formats are called 'count': of counter and of other" in refused.stderr


@pytest.fixture
def listed(tmp_path: Path) -> dict[str, dict[str, object]]:
    install(tmp_path, "greeter", GREETS)
    install(tmp_path, "quiet", "raise SystemExit('must not be imported')\n")
    install(tmp_path, "unfit", "raise RuntimeError('does not import')\n")
    shown = prism(tmp_path, "plugins", "list", "--format", "json", PRISM_BLOCKED_PLUGINS="quiet")
    assert shown.returncode == 0
    return {entry["name"]: entry for entry in json.loads(shown.stdout)}


def test_plugins_are_listed_with_what_they_are(listed: dict[str, dict[str, object]]) -> None:
    assert listed["greeter"] == {
        "name": "greeter",
        "state": "installed",
        "version": "1.2",
        "source": "house_greeter (house-greeter 1.2)",
        "hooks": ["prism_cli"],
        "rules": [],
        "problem": "",
    }
    assert listed["contract"]["state"] == "selected"
    assert "contract/missing-function" in str(listed["contract"]["rules"])


def test_blocked_and_broken_plugins_are_listed_too(listed: dict[str, dict[str, object]]) -> None:
    assert listed["quiet"]["state"] == "blocked"
    assert (listed["quiet"]["version"], listed["quiet"]["problem"]) == (None, "")
    assert listed["unfit"]["state"] == "broken"
    assert "does not import" in str(listed["unfit"]["problem"])


def test_an_installed_plugin_with_a_taken_name_stops_everything_and_names_both_packages(
    tmp_path: Path, honest: Path
) -> None:
    install(tmp_path, "safety", "raise SystemExit('must not be imported')\n")
    refused = prism(tmp_path, "review", str(honest))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "two plugins are called 'safety': house_safety (house-safety 1.2) and prism_safety.plugin" in refused.stderr
    assert "uninstall one of them" in refused.stderr


HANGS = """\
import threading
from prism import hookimpl
from prism.report.format import ReportFormat


@hookimpl
def prism_cli(app):
    threading.Event().wait()


@hookimpl
def prism_report_formats():
    return [ReportFormat(name="never", description="never shown", render=lambda report: threading.Event().wait())]
"""


def test_a_plugin_that_hangs_holds_no_command_up(tmp_path: Path, honest: Path) -> None:
    install(tmp_path, "sleeper", HANGS)
    helped = prism(tmp_path, "--help", PRISM_PLUGIN_SECONDS="1")
    assert helped.returncode == 0
    assert "warning: plugin 'sleeper' failed in prism_cli: nothing within 1 s" in helped.stderr
    shown = prism(tmp_path, "review", str(honest), "--format", "never", PRISM_PLUGIN_SECONDS="1")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "the format 'never' brought nothing within 1 s" in shown.stderr
