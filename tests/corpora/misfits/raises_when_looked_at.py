"""Has a property that raises."""


class Plugin:
    name = "raises_when_looked_at"

    def __init__(self, settings):
        pass

    @property
    def prism_cache(self):
        raise RuntimeError("not yet")
