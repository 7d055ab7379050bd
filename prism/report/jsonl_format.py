"""Reviews as JSON Lines: one line a project, as batches write them."""

from prism.report.format import Report, ReportFormat, Reviewed

NAME = "jsonl"


def render(report: Report) -> str:
    """The record of each review under the project's name, in pure ASCII."""
    return "".join(map(_line, report.reviews))


def _line(reviewed: Reviewed) -> str:
    from prism.batch.item import Item
    from prism.batch.line import Line

    return Line.of(Item(id=reviewed.name, path=reviewed.name), reviewed.review).text()


FORMAT = ReportFormat(name=NAME, description="one line of JSON a project, as batches write them", render=render)
