"""Has hooks that its settings switch off, one of which would fail."""

from prism import hookimpl

unused_hooks = ("prism_material", "prism_review")


@hookimpl
def prism_material(project):
    raise ValueError("it was asked")


@hookimpl
def prism_review(project, findings):
    raise ValueError("it was asked")
