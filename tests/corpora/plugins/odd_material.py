"""Hands its review something that JSON cannot hold."""

from prism import hookimpl


@hookimpl
def prism_material(project):
    return {"score": float("inf")}


@hookimpl
def prism_review(project, findings):
    return ()
