"""A plugin with settings."""

from prism.hookspecs import hookimpl


class Plugin:
    """Takes settings and finds nothing."""

    name = "house"
    settings_schema = {"properties": {"limit": {"$ref": "#/$defs/nothing"}}}

    def __init__(self, settings):
        self.limit = settings["limit"]

    @hookimpl
    def prism_rules(self):
        return []
