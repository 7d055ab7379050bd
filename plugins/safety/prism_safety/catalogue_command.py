"""``prism catalogue build``: lists an installed library, so that a policy can allow it name by name."""

import sys
from pathlib import Path
from typing import Annotated

import typer

Packages = Annotated[
    list[str], typer.Argument(metavar="PACKAGE", help="Installed packages or modules, by import name.")
]
Pythons = Annotated[
    list[Path] | None,
    typer.Option("--python", metavar="FILE", help="An interpreter that has them; repeat for the union over versions."),
]
Library = Annotated[str, typer.Option("--library", help="Name of the catalogue; the first package's by default.")]
Importing = Annotated[
    bool,
    typer.Option(
        "--import",
        help="Import the packages, in a process of its own, to see what compiled modules hold. This runs their code.",
    ),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of stdout.")]


def add_to(app: typer.Typer) -> None:
    """Add ``catalogue build`` to a command line."""
    group = typer.Typer(help="Catalogues of libraries for the safety plugin.", no_args_is_help=True)
    group.command("build")(build)
    group.callback()(_group)
    app.add_typer(group, name="catalogue")


def _group() -> None:
    """Catalogues of libraries for the safety plugin."""


def build(
    packages: Packages,
    python: Pythons = None,
    library: Library = "",
    importing: Importing = False,
    output: Output = None,
) -> None:
    """Print the catalogue of installed packages: paste it under the safety plugin's setting `catalogues`.

    The source is read and not run. A package that is compiled needs `--import`: then its code runs, with an empty
    environment, in a process that is thrown away.
    """
    from prism.errors import UsageError
    from prism_safety.catalogue import capabilities
    from prism_safety.catalogue_build import NotBuiltError, text_of
    from prism_safety.catalogue_build import build as build_catalogue

    forbidden = {name: kind for kind, capability in capabilities().items() for name in capability.names}
    pythons = [str(path) for path in python or [Path(sys.executable)]]
    try:
        made = build_catalogue(library or packages[0], packages, pythons, forbidden, importing=importing)
    except NotBuiltError as error:
        raise UsageError(
            what="The catalogue cannot be built.", where=packages[0], do=f"Check the names and --python. {error}"
        ) from error
    if output is None:
        typer.echo(text_of(made), nl=False)
    else:
        output.write_text(text_of(made), encoding="utf-8")
