"""The rule reference: a page for each plugin and for each of PRISM's own stages that reports findings."""

from functools import cache

from generators.markdown import fence, table
from generators.shipped import with_every_plugin
from prism.policy.all_rules import rules_under
from prism.rule import Rule

OWNERS = {
    "host": "What PRISM itself reports when a check did not run to its end. Nothing waives or switches these off.",
    "intake": "What makes an archive or folder unacceptable as a whole, before anything in it is read.",
    "project": "What PRISM itself reports about a project's files.",
}


@cache
def known() -> dict[str, Rule]:
    """Every rule that PRISM and its plugins can report, by id."""
    return rules_under(with_every_plugin())


def owners() -> tuple[str, ...]:
    """Whose rules there are, by name."""
    return tuple(sorted({rule.partition("/")[0] for rule in known()}))


def index() -> str:
    """All rules in one table, each with a link."""
    rows = [
        (f"[`{rule.id}`]({_owner(rule)}.md#{_anchor(rule)})", rule.severity, rule.title) for rule in known().values()
    ]
    return (
        "# Rules\n\nEvery rule of PRISM and of the plugins that come with it, with its own severity; a policy may set"
        " another. The default policy does not select the plugin `llm`. `prism rules explain ID` shows the same on the"
        " command line.\n\n"
        f"{table(('rule', 'severity', 'what it finds'), rows)}"
    )


def page(owner: str) -> str:
    """The rules of one owner."""
    lead = OWNERS.get(owner, f"What the plugin `{owner}` reports.")
    return f"# {owner}\n\n{lead}\n" + "".join(_entry(rule) for rule in known().values() if _owner(rule) == owner)


def _entry(rule: Rule) -> str:
    misses = f"\n**Known misses.** {rule.known_misses}\n" if rule.known_misses else ""
    names = ", ".join(f"`{name}`" for name in rule.settings)
    settings = f"\n**Settings that decide about it.** {names}\n" if names else ""
    return (
        f"\n## {rule.id} {{ #{_anchor(rule)} }}\n\n{rule.title}. Severity: {rule.severity}. Since {rule.since}.\n\n"
        f"{rule.why}\n\n**Example**\n\n{fence(rule.example, 'text')}\n**Instead.** {rule.instead}\n{misses}{settings}"
    )


def _owner(rule: Rule) -> str:
    return rule.id.partition("/")[0]


def _anchor(rule: Rule) -> str:
    return rule.id.partition("/")[2]
