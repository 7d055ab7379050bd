"""A broker that is never ready, or never comes back from a run."""

import threading

from prism import hookimpl


class NeverBack:
    patience_seconds = -0.5

    def run(self, spec):
        threading.Event().wait()

    def cleanup(self, job_id):
        return 0

    def list(self):
        return ()


@hookimpl
def prism_broker(kind, settings):
    if kind == "never-ready":
        threading.Event().wait()
    return NeverBack() if kind == "never-back" else None
