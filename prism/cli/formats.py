"""Which report format a name on the command line means."""

from prism.cli.installed import ask
from prism.host import Host
from prism.plugin_failure import caught
from prism.report.format import ReportFormat, built_in, choose, registry


def find_format(name: str, *, blocked: tuple[str, ...]) -> ReportFormat:
    """The format of a name; plugins are asked only for one that is not built in.

    Raises:
        UsageError: there is none of this name.
        PluginError: two plugins offer formats of one name.
    """
    own = built_in()
    return own[name] if name in own else choose(name, registry(_offers(blocked)))


def _offers(blocked: tuple[str, ...]) -> list[tuple[str, tuple[ReportFormat, ...]]]:
    offers: list[tuple[str, tuple[ReportFormat, ...]]] = []

    def collect(host: Host, name: str) -> None:
        formats = host.call("prism_report_formats", name)
        with caught():
            offers.append((name, tuple(formats)))

    ask("prism_report_formats", collect, blocked=blocked)
    return offers
