"""Fails in the way that its settings say, and says that nobody needs its advice."""

import signal
import threading

from prism import hookimpl


class Plugin:
    """Gives advice, or would."""

    name = "adviser"
    settings_schema = {
        "type": "object",
        "properties": {"fails": {"type": "string"}, "is_forgiven": {"type": "boolean", "default": True}},
    }

    def __init__(self, settings):
        self.fails = settings["fails"]
        self.forgiven_hooks = ("prism_material", "prism_review") if settings["is_forgiven"] else ()

    @hookimpl
    def prism_material(self, project):
        if self.fails == "raises":
            raise ValueError("nothing to be found")
        if self.fails == "dies":
            signal.raise_signal(signal.SIGSEGV)
        if self.fails == "hangs":
            while True:
                pass
        if self.fails == "hoards":
            hoard = []
            while True:
                hoard.append(bytearray(16 << 20))
        if self.fails == "floods":
            return {"a": "x" * 40_000_000}
        return {}

    @hookimpl
    def prism_review(self, project):
        if self.fails == "review raises":
            raise ValueError("no idea")
        if self.fails == "review hangs":
            threading.Event().wait()
        if self.fails == "review exits":
            raise SystemExit(0)
        return ()
