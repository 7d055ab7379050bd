"""Says next to nothing about its rule and its settings."""

from prism import Rule, Severity, hookimpl


class Plugin:
    name = "undocumented"
    settings_schema = {"type": "object", "properties": {"many": {"type": "integer", "default": 3}}}

    def __init__(self, settings):
        self.many = settings["many"]

    @hookimpl
    def prism_rules(self):
        return [
            Rule(id="undocumented/x", title="bad", severity=Severity.NOTE, why="bad", example=" ", instead="TODO: say")
        ]

    @hookimpl
    def prism_check_file(self, file):
        return []
