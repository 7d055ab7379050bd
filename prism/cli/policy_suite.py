"""``prism policy test``: the cases beside a policy, run like a test suite."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prism.cli import rendering
from prism.cli.options import ListFormat, ListFormatOption, LlmMode, LlmOption, OutputOption
from prism.errors import EXIT_USAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prism.suite.suite import Suite, Tried

EXIT_DIFFERENT = 1

Place = Annotated[
    str,
    typer.Argument(
        metavar="[DIR]", help="A folder with policies and their cases, a policy that has cases, or a shipped policy."
    ),
]
UnderPolicy = Annotated[
    str, typer.Option("--policy", "-p", metavar="FILE", help="Try the cases in DIR under this policy.")
]
Junit = Annotated[
    Path | None, typer.Option("--junit", metavar="FILE", help="Also write the results as JUnit XML to this file.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Also list the cases that are as expected.")]


def try_suites(
    place: Place = ".",
    policy: UnderPolicy = "",
    junit: Junit = None,
    verbose: Verbose = False,
    llm: LlmOption = None,
    output_format: ListFormatOption = ListFormat.TEXT,
    output: OutputOption = None,
) -> None:
    """Try the cases beside policies: projects with an `expect.yaml` that says what the policy must make of them.

    POLICY.yaml has its cases in POLICY.cases/NAME/. The exit code is 0 when every case came as expected, 1 when one
    did not, and 2 when something could not be tried.
    """
    from prism.cli.output_file import require_writable
    from prism.suite.suite import suites_of

    require_writable(output)
    require_writable(junit, "--junit")
    results = [_tried(each, llm) for each in suites_of(place, policy)]
    if junit is not None:
        from prism.report.junit import junit_xml
        from prism.report.suite_text import junit_suites

        rendering.result(junit_xml("prism policy test", junit_suites(results)), junit)
    rendering.result(_rendered(results, output_format, output, verbose=verbose), output)
    raise typer.Exit(_exit_code(results))


def _tried(suite: "Suite | Tried", llm: LlmMode | None) -> "Tried":
    from prism.cli.reviewing import with_llm
    from prism.suite.suite import Tried, try_suite

    if isinstance(suite, Tried):
        return suite
    mode = llm.value if llm is not None else ""
    return try_suite(
        suite, lambda layers: with_llm(layers, mode), lambda name: rendering.doing(f"{suite.policy}: {name}")
    )


def _rendered(results: "Sequence[Tried]", output_format: ListFormat, output: Path | None, *, verbose: bool) -> str:
    if output_format is ListFormat.JSON:
        import msgspec

        from prism.report.json_format import encode

        return encode([{**msgspec.to_builtins(each), "standing": each.standing} for each in results])
    from prism.report.suite_text import suites_text

    return suites_text(results, rendering.sheet(output), verbose=verbose)


def _exit_code(results: "Sequence[Tried]") -> int:
    from prism.suite.trial import Standing

    standings = {each.standing for each in results}
    if Standing.BROKEN in standings:
        return EXIT_USAGE
    return EXIT_DIFFERENT if Standing.FAILED in standings else 0
