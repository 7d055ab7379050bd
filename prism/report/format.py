"""What a report format is: a name, and a function from reviews to text.

The built-in formats and those of plugins (``prism_report_formats``) are the same kind of object in one registry.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from prism.errors import PluginError, UsageError
from prism.report.painting import Sheet
from prism.review import Review
from prism.rule import Rule

if TYPE_CHECKING:
    from prism.likeness import Likeness
    from prism.runner.outcome import RunOutcome


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """One reviewed project under the name its reader knows it by: the path given, or a submission's id."""

    name: str
    review: Review
    contents: Mapping[str, bytes] | None = None
    """Its files, for a format that wants sources; ``None`` when there are none, or they are not wanted."""
    likenesses: "tuple[Likeness, ...]" = ()
    """What it resembles, where it was compared and sources are wanted."""
    path: str = ""
    """Where it is, if its name does not say so."""
    hotkey: str = ""
    """Who handed it in; empty when nobody said."""
    run: "RunOutcome | None" = None
    """How its run ended, if it was run."""

    @property
    def known(self) -> str:
        """What is known of it besides its name: where it is, if that says more, and who handed it in."""
        path = self.path if self.path != self.name else ""
        return ", ".join(filter(None, (path, self.hotkey and f"by {self.hotkey}")))

    @property
    def title(self) -> str:
        """Its name, and what is known of it besides."""
        return f"{self.name} ({self.known})" if self.known else self.name


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a format may use: the reviews in the order asked for, and the rules they mention."""

    reviews: tuple[Reviewed, ...]
    rules: Mapping[str, Rule]
    sheet: Sheet = Sheet()
    """What the text is written on: how wide, with or without colours; only a format for people cares."""
    explain: bool = False
    """Whether every step that led to a finding is wanted, and not only where it began."""
    is_batch: bool = False
    """Whether it is of a batch: then even a single review is one of many."""


class ReportFormat(msgspec.Struct, frozen=True, kw_only=True):
    """One way to write reviews down.

    ``render`` returns the whole text, with a line feed at its end, and prints nothing. Names, messages, excerpts and
    reasons come from submissions: it must escape them for its medium (:func:`prism.report.escape.escape` does so for
    terminals and logs), and bound what it repeats.
    """

    name: str
    description: str
    render: Callable[[Report], str]
    wants_sources: bool = False
    """Whether it shows sources, which are kept for it then; else nobody keeps them."""


def built_in() -> dict[str, ReportFormat]:
    """The formats that are always there, by name."""
    from prism.report import (
        html_format,
        json_format,
        jsonl_format,
        junit_format,
        markdown_format,
        sarif_format,
        text_format,
    )

    formats = (text_format, json_format, jsonl_format, sarif_format, junit_format, markdown_format, html_format)
    return {each.FORMAT.name: each.FORMAT for each in formats}


def registry(offers: Sequence[tuple[str, Sequence[ReportFormat]]]) -> dict[str, ReportFormat]:
    """The built-in formats together with those that plugins offer, by name.

    Args:
        offers: what each plugin offers, under the plugin's name.

    Raises:
        PluginError: two formats of one name, or something that is not a format.
    """
    formats = built_in()
    owners = dict.fromkeys(formats, "PRISM")
    for plugin, offered in offers:
        for each in offered:
            _refuse_unfit(plugin, each, owners)
            formats[each.name], owners[each.name] = each, plugin
    return formats


def _refuse_unfit(plugin: str, offered: object, owners: Mapping[str, str]) -> None:
    if not isinstance(offered, ReportFormat):
        raise PluginError(
            f"plugin {plugin!r} offers a {type(offered).__name__} as a report format",
            where="prism_report_formats",
            do="return prism.report.format.ReportFormat objects",
        )
    if offered.name in owners:
        raise PluginError(
            f"two report formats are called {offered.name!r}: of {owners[offered.name]} and of {plugin}",
            where="prism_report_formats",
            do="block one of the two plugins, or rename its format",
        )


def choose(name: str, formats: Mapping[str, ReportFormat]) -> ReportFormat:
    """The format of a name.

    Raises:
        UsageError: there is none.
    """
    if name in formats:
        return formats[name]
    from difflib import get_close_matches

    close = get_close_matches(name, formats, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    raise UsageError(
        f"there is no format {name!r}", where="--format", do=f"{hint}choose one of: {', '.join(sorted(formats))}"
    )
