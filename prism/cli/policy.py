"""``prism policy``: check policies, show what is in force, publish the schema, list what is shipped."""

import enum
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from prism.cli import policy_diff, policy_explain, policy_init, policy_suite, rendering
from prism.cli.options import ListFormat, ListFormatOption, OutputOption
from prism.errors import EXIT_USAGE, PluginError, PolicyError, Problem

if TYPE_CHECKING:
    from prism.policy.loading import EffectivePolicy

policy_app = typer.Typer(help="Write, check, test, explain and compare policies.")
policy_app.command("init")(policy_init.init)
policy_app.command("test")(policy_suite.try_suites)
policy_app.command("diff")(policy_diff.diff)
policy_app.command("explain")(policy_explain.explain)

References = Annotated[list[str], typer.Argument(metavar="FILE...", help="Policy files, or names of shipped policies.")]
Reference = Annotated[str, typer.Argument(metavar="FILE", help="A policy file, or the name of a shipped policy.")]


class ShowFormat(enum.StrEnum):
    """How an effective policy is printed."""

    YAML = "yaml"
    JSON = "json"


class PolicyCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said about one policy."""

    policy: str
    is_valid: bool
    digest: str | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@policy_app.command()
def check(files: References, output_format: ListFormatOption = ListFormat.TEXT) -> None:
    """List everything that is wrong with policies; the exit code is 2 when one of them cannot be used."""
    checks = [check_of(reference) for reference in files]
    if output_format is ListFormat.JSON:
        from prism.report.json_format import encode

        records = [msgspec.to_builtins(each) for each in checks]
        rendering.data(encode(records[0] if len(records) == 1 else records))
    else:
        rendering.data("".join(_check_text(each) for each in checks))
    if not all(each.is_valid for each in checks):
        raise typer.Exit(EXIT_USAGE)


@policy_app.command()
def show(
    file: Reference,
    output_format: Annotated[
        ShowFormat, typer.Option("--format", "-f", help="As it is written, or for programs.")
    ] = ShowFormat.YAML,
) -> None:
    """Print what is in force: `extends` resolved, defaults written out, and the digest that reviews record."""
    from prism.policy.loading import load

    effective = load(file)
    if output_format is ShowFormat.JSON:
        from prism.report.json_format import encode

        rendering.data(encode({"digest": effective.digest, "policy": dict(effective.document)}))
    else:
        rendering.data(_policy_text(effective))


@policy_app.command()
def schema(output: OutputOption = None) -> None:
    """Print the JSON Schema of policy files, with the settings of every installed plugin, for editors to use."""
    from prism.report.json_format import encode

    rendering.result(encode(published()), output)


def published() -> dict[str, Any]:
    """The schema of policy files with the plugins that are installed and not blocked."""
    from prism.cli.installed import blocked_names
    from prism.plugin import installed_names
    from prism.policy.schema import published_schema

    names = [name for name in installed_names() if name not in blocked_names()]
    settings = {name: found[0] for name in names if (found := _settings_schema(name)) is not None}
    return published_schema(settings)


@policy_app.command("list")
def list_policies(output_format: ListFormatOption = ListFormat.TEXT) -> None:
    """List the shipped policies."""
    from prism.policy.layers import read_layers
    from prism.policy.shipped import shipped_names

    described = [(name, _description(read_layers(name).data)) for name in shipped_names()]
    if output_format is ListFormat.JSON:
        from prism.report.json_format import encode

        rendering.data(encode([{"name": name, "description": description} for name, description in described]))
    else:
        from prism.cli.table import table

        rendering.data(table(described))


def check_of(reference: str) -> PolicyCheck:
    """Whether a policy can be used, and all that is to be said about it."""
    from prism.policy.loading import load

    try:
        effective = load(reference)
    except PolicyError as error:
        return PolicyCheck(policy=reference, is_valid=False, problems=error.problems)
    warnings = effective.warnings(datetime.now(UTC).date())
    return PolicyCheck(policy=reference, is_valid=True, digest=effective.digest, warnings=warnings)


def _check_text(each: PolicyCheck) -> str:
    from prism.report.escape import shorten

    count = len(each.problems)
    state = "valid" if each.is_valid else f"{count} problem{'s' if count > 1 else ''}"
    lines = [f"{shorten(each.policy, 200)}: {state}", *([f"  digest {each.digest}"] if each.digest else [])]
    for label, problem in [*(("", item) for item in each.problems), *(("warning: ", item) for item in each.warnings)]:
        lines.append(f"  {shorten(problem.where, 400)}: {label}{shorten(problem.what, 1000)}")
        lines.append(f"    do: {shorten(problem.do, 1000)}")
    return "\n".join(lines) + "\n"


def _policy_text(effective: "EffectivePolicy") -> str:
    """The policy as YAML that is itself a valid policy; pure ASCII, so that no terminal is disturbed."""
    import io

    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = False
    yaml.width = 120
    yaml.representer.sort_base_mapping_type_on_output = False
    stream = io.StringIO()
    yaml.dump(dict(effective.document), stream)
    return f"# digest: {effective.digest}\n{stream.getvalue()}"


def _settings_schema(name: str) -> tuple[dict[str, Any] | None] | None:
    """The settings schema of an installed plugin, in a tuple because it may have none; ``None`` if it is broken."""
    from pathlib import Path

    from prism.plugin import find_plugin

    try:
        return (find_plugin(name, "", Path()).settings_schema,)
    except PluginError as error:
        rendering.notice(f"warning: plugin {name!r} is left out: {error.what}")
        return None


def _description(data: object) -> str:
    description = data.get("description") if isinstance(data, dict) else None
    return description if isinstance(description, str) else ""
