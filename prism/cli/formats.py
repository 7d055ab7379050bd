"""Which report format a name on the command line means."""

import msgspec

from prism.cli.installed import ask
from prism.errors import PluginError
from prism.host import Host
from prism.plugin_failure import PluginFailedError, caught, loading_seconds, within
from prism.report.format import Report, ReportFormat, built_in, choose, registry


def find_format(name: str, *, blocked: tuple[str, ...]) -> ReportFormat:
    """The format of a name; plugins are asked only for one that is not built in.

    Raises:
        UsageError: there is none of this name.
        PluginError: two plugins offer formats of one name.
    """
    own = built_in()
    return own[name] if name in own else _in_time(choose(name, registry(_offers(blocked))))


def _offers(blocked: tuple[str, ...]) -> list[tuple[str, tuple[ReportFormat, ...]]]:
    offers: list[tuple[str, tuple[ReportFormat, ...]]] = []

    def collect(host: Host, name: str) -> None:
        formats = host.call("prism_report_formats", name)
        with caught():
            offers.append((name, tuple(formats)))

    ask("prism_report_formats", collect, blocked=blocked)
    return offers


def _in_time(chosen: ReportFormat) -> ReportFormat:
    """A plugin's format that does not let anybody wait for ever."""

    def render(report: Report) -> str:
        try:
            return within(loading_seconds(), lambda: chosen.render(report))
        except PluginFailedError as error:
            what = f"the format {chosen.name!r} brought {error}"
            raise PluginError(what, where="--format", do="choose another format, or mend the plugin") from error

    return msgspec.structs.replace(chosen, render=render)
