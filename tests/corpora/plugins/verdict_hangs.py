"""Never judges."""

import threading

from prism import hookimpl


@hookimpl
def prism_verdict(findings, proposed):
    threading.Event().wait()
