"""Reviews as JSON Lines: one line a project, as batches write them."""

from typing import TYPE_CHECKING

from prism.report.format import Report, ReportFormat, Reviewed

if TYPE_CHECKING:
    from prism.batch.line import Line

NAME = "jsonl"


def render(report: Report) -> str:
    """The record of each review under the project's name, in pure ASCII."""
    return "".join(line_of(each).text() for each in report.reviews)


def line_of(reviewed: Reviewed) -> "Line":
    """The line that a batch writes of it."""
    from prism.batch.item import Item
    from prism.batch.line import Line

    item = Item(id=reviewed.name, path=reviewed.path or reviewed.name, hotkey=reviewed.hotkey)
    return Line.of(item, reviewed.review, reviewed.run)


FORMAT = ReportFormat(name=NAME, description="one line of JSON a project, as batches write them", render=render)
