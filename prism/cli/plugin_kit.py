"""``prism plugins new`` and ``prism plugins check``: from nothing to a plugin, and whether one keeps its promises."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prism.cli import rendering
from prism.cli.options import ListFormat, ListFormatOption
from prism.errors import EXIT_APPROVED, EXIT_REJECTED, Problem

if TYPE_CHECKING:
    from prism.conformance.promises import Bench, Promise

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Its name in policies: small letters, digits, _.")]
PlaceArgument = Annotated[
    str, typer.Argument(metavar="PATH", help="A plugin's file, a package's folder, or an installed plugin's name.")
]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="YAML or JSON: the settings that it is tried with."),
]


def new(
    name: NameArgument,
    *,
    package: Annotated[
        bool, typer.Option("--package", help="A package with settings, which can be installed, instead of a file.")
    ] = False,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="The new folder; by default one of the plugin's name.")
    ] = None,
) -> None:
    """Write a plugin that works, is tested and typed, into a new folder. Nothing is ever overwritten."""
    from prism.report.escape import escape
    from prism.scaffold import new_plugin

    folder = into or Path(f"prism-{name.replace('_', '-')}" if package else name)
    written = new_plugin(name, folder, is_package=package)
    shown = escape(str(folder))
    lines = [f"wrote {escape(str(path))}" for path in written]
    install = "pip install -e '.[test]' && " if package else ""
    target = "." if package else f"{name}.py"
    lines += [
        "",
        "next:",
        f"  cd {shown}",
        f"  {install}pytest",
        f"  prism plugins check {target}",
        "  prism review PROJECT --policy policy.yaml",
    ]
    rendering.data("\n".join(lines) + "\n")


def check(
    path: PlaceArgument,
    *,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Which plugin, if there are several.")] = "",
    settings: SettingsFile = None,
    cpu_seconds: Annotated[
        float, typer.Option("--cpu-seconds", min=0.1, help="Processor time that it may take for one odd project.")
    ] = 5.0,
    output_format: ListFormatOption = ListFormat.TEXT,
) -> int:
    """Try what every plugin promises, on odd projects, and print all that is wrong. Exit code 1 if anything is.

    Reviewers are not asked and nobody is told of anything: that may cost money.
    """
    from prism.conformance.promises import Bench, kept
    from prism.conformance.subject import PluginUnderTest

    sys.dont_write_bytecode = True  # whoever checks a folder does not want to find it changed
    plugin = PluginUnderTest.at(path, name=name, settings=_settings(settings))
    bench = Bench(plugin, cpu_seconds=cpu_seconds)
    with rendering.doing(f"trying {plugin.name}"):
        tried = list(kept(bench))
    if output_format is ListFormat.JSON:
        from prism.report.json_format import encode

        rendering.data(encode(_record(bench, tried)))
    else:
        rendering.data(_text(bench, tried))
    return EXIT_REJECTED if any(problems for _, problems in tried) else EXIT_APPROVED


def _settings(file: Path | None) -> dict[str, Any]:
    from prism.document import load_document
    from prism.errors import UsageError

    if file is None:
        return {}
    try:
        data = load_document(file.read_text(encoding="utf-8"), name=file.name).data
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the settings cannot be read: {error}", where=str(file), do="name a YAML or JSON file"
        ) from error
    if not isinstance(data, dict):
        raise UsageError("the settings are no mapping", where=str(file), do="write what stands under `settings:`")
    return dict(data)


def _text(bench: "Bench", tried: "list[tuple[Promise, tuple[Problem, ...]]]") -> str:
    from prism.conformance.promises import title
    from prism.report.escape import shorten

    limit = rendering.TEXT_LIMIT
    lines = []
    for promise, problems in tried:
        lines.append(f"{'no ' if problems else 'yes'}  {title(promise)}")
        for problem in problems:
            lines.append(f"     {shorten(problem.where, limit)}: {shorten(problem.what, limit)}")
            lines += [f"       do: {shorten(problem.do, limit)}"] if problem.do else []
    count = sum(len(problems) for _, problems in tried)
    verdict = f"{count} problems" if count > 1 else "a problem" if count else "keeps what every plugin promises"
    left_out = _left_out(bench, tried)
    lines += (
        [f"not tried: {', '.join(left_out)}: test what costs money, tells somebody, or needs a store"]
        if left_out
        else []
    )
    return "\n".join([*lines, f"{bench.plugin.name}: {verdict}, {len(bench.projects)} odd projects"]) + "\n"


def _record(bench: "Bench", tried: "list[tuple[Promise, tuple[Problem, ...]]]") -> dict[str, Any]:
    return {
        "plugin": bench.plugin.name,
        "promises": {
            promise.__name__: [{"where": each.where, "what": each.what, "do": each.do} for each in problems]
            for promise, problems in tried
        },
        "not_tried": _left_out(bench, tried),
    }


def _left_out(bench: "Bench", tried: "list[tuple[Promise, tuple[Problem, ...]]]") -> list[str]:
    """Hooks that nobody called; of a plugin that does not load nobody knows them."""
    return [] if tried[0][1] else list(bench.untried)
