"""Leaves politely while it is made."""


class Plugin:
    name = "exits_when_made"

    def __init__(self, settings):
        raise SystemExit(0)
