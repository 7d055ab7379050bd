"""A plugin with settings."""

from prism.hookspecs import hookimpl


class Plugin:
    """Takes settings and finds nothing."""

    name = "house"
    settings_schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"limit": {"$ref": "#/$defs/limit", "default": 3}, "mode": {"enum": ["slow", "fast"]}},
        "$defs": {"limit": {"type": "integer", "minimum": 1, "description": "How many."}},
    }

    def __init__(self, settings):
        self.limit = settings["limit"]

    @hookimpl
    def prism_rules(self):
        return []
