"""Reports something that is no usage."""

from prism import hookimpl


@hookimpl
def prism_review(notebook):
    notebook.report({"tokens": 1})
    return ()
