"""The command tree: PRISM's own commands, and those that plugins add."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_command, get_command_name

from prism.cli import rendering
from prism.cli.audit import audit_app
from prism.cli.batch import batch
from prism.cli.check import check
from prism.cli.pack import pack
from prism.cli.plugins import plugins_app
from prism.cli.policy import policy_app
from prism.cli.review import review
from prism.cli.rules import rules_app
from prism.cli.run import run
from prism.cli.sandbox import sandbox_app
from prism.cli.serve import serve
from prism.cli.snapshots import snapshots_app
from prism.cli.store import store_app
from prism.cli.worker import worker
from prism.errors import PluginError

if TYPE_CHECKING:
    from prism.host import Host


def root(
    *, version: Annotated[bool, typer.Option("--version", help="Print the version and end.", is_eager=True)] = False
) -> None:
    """PRISM reviews code from strangers, decides about it, and runs what it approved in a locked-down container."""
    if version:
        from prism import __version__

        rendering.data(f"prism {__version__}\n")
        raise typer.Exit


class OwnCommand(TyperCommand):
    """A command of PRISM's own, whatever the plugins that it loads print, and whatever exit code one leaves with.

    Nothing but the command's data reaches stdout, and no exit code but its own the shell.
    """

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer does not export the type of a context
        """Run the command."""
        with rendering.undisturbed():
            return super().invoke(ctx)


def own_app() -> typer.Typer:
    """PRISM's own commands."""
    app = typer.Typer(
        name="prism",
        callback=root,
        invoke_without_command=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.command("review")(review)
    app.command("check")(check)
    app.command("pack")(pack)
    app.command("batch")(batch)
    app.command("run")(run)
    app.command("worker")(worker)
    app.add_typer(audit_app, name="audit")
    app.command("serve")(serve)
    app.add_typer(policy_app, name="policy")
    app.add_typer(plugins_app, name="plugins")
    app.add_typer(rules_app, name="rules")
    app.add_typer(sandbox_app, name="sandbox")
    app.add_typer(snapshots_app, name="snapshots")
    app.add_typer(store_app, name="store")
    for each in (app, audit_app, policy_app, plugins_app, rules_app, sandbox_app, snapshots_app, store_app):
        for command in each.registered_commands:
            command.cls = OwnCommand
    return app


def command_for(arguments: list[str]) -> Any:  # noqa: ANN401 - Typer does not export the type of a command
    """The command tree that a command line needs: plugins are asked only when it is not one of PRISM's own commands."""
    app = own_app()
    owners = dict.fromkeys(command_names(app), "PRISM")
    if not arguments or arguments[0] not in owners:
        from prism.cli.installed import ask

        with rendering.stdout_for_data():
            ask("prism_cli", lambda host, name: _add(app, owners, host, name))
    return get_command(app)


def command_names(app: typer.Typer) -> tuple[str, ...]:
    """The names of an app's commands and groups."""
    commands = [
        info.name or get_command_name(getattr(info.callback, "__name__", "")) for info in app.registered_commands
    ]
    groups = [info.name or (info.typer_instance and info.typer_instance.info.name) for info in app.registered_groups]
    return tuple(name for name in (*commands, *groups) if isinstance(name, str) and name)


def _add(app: typer.Typer, owners: dict[str, str], host: "Host", plugin: str) -> None:
    """Add one plugin's commands; it gets an app of its own, so that it cannot touch those of others."""
    own = typer.Typer()
    host.call("prism_cli", plugin, app=own)
    for name in command_names(own):
        if name in owners:
            raise PluginError(
                f"two commands are called {name!r}: of {owners[name]} and of {plugin}",
                where="prism_cli",
                do="block one of the two plugins with PRISM_BLOCKED_PLUGINS, or rename its command",
            )
        owners[name] = plugin
    app.registered_commands += own.registered_commands
    app.registered_groups += own.registered_groups
