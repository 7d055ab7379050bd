"""Returns a fingerprint that JSON cannot hold."""

from prism import hookimpl


@hookimpl
def prism_fingerprint(project):
    return {"score": float("nan")}
