"""How everything stands: queues with their ages, lists of submissions, what rules found, and what decides."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

import msgspec

from prism import __version__
from prism.errors import PrismError
from prism.plugin_failure import PluginFailedError, within
from prism.policy.loading import EffectivePolicy
from prism.report.escape import shorten
from prism.report.markup import Child, Markup, badge, element, facts, joined, table
from prism.rule import Rule
from prism.service.console import remedies
from prism.service.console.access import HOME, Visit
from prism.service.console.layout import QUEUES, ago, button, dotted, duration, link, page, section
from prism.service.readiness import READY
from prism.service.records import Entry, Filters, Page, QueueState, Statistics

SHOWN: Final = 300
LONGEST: Final = 255
BY_WEIGHT: Final = ("rejected", "held", "failed", "completed", "pending", "running")
"""Columns of a rule: what it did comes first."""
SECONDS: Final = 10
"""How long is waited for a broker that should say where it runs."""


def queues(state: QueueState, ready: Mapping[str, str], newest_held: Page, visit: Visit) -> Markup:
    """The first page: how many stand where, since when, and what is wrong."""
    rows = [
        (
            link(badge(status), f"/submissions?status={status}"),
            state.counts[status],
            duration(state.oldest_seconds[status]) if status in state.oldest_seconds else None,
        )
        for status in QUEUES
    ]
    return page(
        "Queues",
        *_alarms(state, ready),
        table(("Status", "Submissions", "Oldest received, ago"), rows, empty=""),
        section("Held, newest first", _listing(newest_held.entries)),
        visit=visit,
    )


def _alarms(state: QueueState, ready: Mapping[str, str]) -> Iterator[Markup]:
    """What is wrong, each with what to do about it."""
    for part, code in ready.items():
        if code != READY:
            yield _alarm(f"{part} is not ready: {code}", remedies.OF_A_PART.get(part, ""))
    for part in state.open_breakers:
        do = f"{remedies.WAITED_FOR} {remedies.OF_AN_OUTAGE.get(part, '')}"
        yield _alarm(f"{part} failed in a row and is waited for", do)
    if state.dead:
        which = "1 submission was" if state.dead == 1 else f"{state.dead} submissions were"
        what = link(f"{which} given up after failures of ours (dead letters)", "/submissions?dead=true")
        yield _alarm(what, remedies.GIVEN_UP)


def _alarm(what: Child, do: str) -> Markup:
    return element("div", element("p", element("strong", what)), element("p", do), class_="alarm")


def find(visit: Visit) -> Markup:
    """Where an operator looks for a submission that somebody asks about."""
    wanted = element("input", name="what", required=True, maxlength=LONGEST, autocomplete="off")
    label = element("label", "Id of a submission, hotkey, or rule", wanted)
    form = element("form", label, button("Find"), method="get", action=f"{HOME}/find", class_="login")
    return page("Find", form, visit=visit)


def listed(found: Page, filters: Filters, rule: Rule | None, visit: Visit) -> Markup:
    """A list of submissions, newest first; with what their rule is, if they are those of one."""
    stated = {"status": filters.status, "hotkey": filters.hotkey, "rule": filters.rule}
    query = {name: str(value) for name, value in stated.items() if value is not None}
    if filters.is_dead is not None:
        query["dead"] = str(filters.is_dead).lower()
    more = link("Older", f"/submissions?{urlencode({**query, 'cursor': found.next})}") if found.next else None
    title = f"{filters.status} submissions" if filters.status else "Submissions"
    chosen = [element("span", f"{name}: {value}", class_="chip") for name, value in query.items() if name != "status"]
    return page(
        title.capitalize(),
        dotted(chosen) if chosen else None,
        _explained(rule) if rule else None,
        _listing(found.entries),
        dotted([more]) if more else None,
        visit=visit,
    )


def _explained(rule: Rule) -> Markup:
    told = [
        ("What it is", rule.title),
        ("Severity", badge(rule.severity)),
        ("Why", rule.why),
        ("Instead", rule.instead),
    ]
    return facts(told)


def _listing(entries: Sequence[Entry]) -> Markup:
    rows = [
        (
            link(each.id, f"/submissions/{each.id}"),
            badge(each.status),
            joined([each.reason, " (given up)" if each.is_dead else None]),
            shorten(each.hotkey, 30),
            shorten(each.file_name, 30),
            joined([ago(each.received_at), " ago"]),
            joined([ago(each.changed_at), " ago"]),
        )
        for each in entries
    ]
    heads = ("Submission", "Status", "Reason", "Hotkey", "File", "Received", "Changed")
    return table(heads, rows, empty="There is none.")


def rules(counted: Statistics, known: Mapping[str, Rule], visit: Visit) -> Markup:
    """Rejected by rule and failed by reason, apart: what a miner's code is, and what it did."""
    by_rule = sorted(counted.rules.items(), key=lambda each: (-each[1].get("rejected", 0), each[0]))
    rows: list[tuple[Child, ...]] = [
        (link(rule, f"/submissions?rule={rule}"), *(by.get(status, 0) for status in BY_WEIGHT), _title(known.get(rule)))
        for rule, by in by_rule[:SHOWN]
    ]
    failures = [(reason or "(none)", count) for reason, count in counted.failures.items()]
    return page(
        "Rules",
        section(
            "Submissions by rule that was found, and status",
            table(("Rule", *BY_WEIGHT, "What it is"), rows, empty="No rule has found anything."),
        ),
        section("Failed runs by reason", table(("Reason", "Failed"), failures[:SHOWN], empty="No run has failed.")),
        visit=visit,
    )


def _title(rule: Rule | None) -> str:
    return rule.title if rule else "(no rule of the policy now)"


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy requires of the broker, and what was found."""

    required: tuple[str, ...] = ()
    found: dict[str, str] = {}
    verified_at: float | None = None
    problem: str = ""


def system(effective: EffectivePolicy, ready: Mapping[str, str], promises: Promises, visit: Visit) -> Markup:
    """What decides here: policy, plugins, broker."""
    policy = effective.policy
    plugins = [
        (name, definition.version, definition.origin, "selected") for name, definition in effective.plugins.items()
    ]
    blocked: list[tuple[Child, ...]] = [(name, None, None, "blocked") for name in policy.blocked_plugins]
    return page(
        "System",
        table(
            ("Part", "State", "What to do"),
            [(part, _state(code), _do(part, code)) for part, code in ready.items()],
            empty="",
        ),
        section(
            "Policy",
            facts([("Name", policy.name), ("Digest", element("code", effective.digest)), ("PRISM", __version__)]),
        ),
        section("Plugins", table(("Plugin", "Version", "From", ""), [*plugins, *blocked], empty="None.")),
        section(
            "Broker", facts([("Kind", policy.runner.broker.kind), ("Image", policy.runner.image)]), _promises(promises)
        ),
        visit=visit,
    )


def _state(code: str) -> Markup:
    return badge(READY) if code == READY else element("span", code, class_="badge rejected")


def _do(part: str, code: str) -> str:
    return "" if code == READY else remedies.OF_A_PART.get(part, "")


def _promises(promises: Promises) -> Markup:
    if promises.problem:
        return _alarm(promises.problem, remedies.OF_A_PART["broker"])
    if not promises.required:
        return element("p", "The policy requires no proof of the broker's promises.", class_="quiet")
    at = promises.verified_at
    when = f"Verified {duration(time.time() - at)} ago." if at is not None else f"Never verified. {remedies.PROVE}"
    rows = [(each, badge(promises.found.get(each, "not tried"))) for each in promises.required]
    return joined([element("p", when), table(("Promise", "Found"), rows, empty="")])


def promises_of(effective: EffectivePolicy) -> Promises:
    """What is known of the broker's promises on this machine."""
    from prism.runner.outcome import broker_for
    from prism.sandbox import record
    from prism.sandbox.binding import binding_of
    from prism.sandbox.requirement import required_ids

    runner = effective.policy.runner
    try:
        required = required_ids(runner.verification)
        binding = within(SECONDS, lambda: binding_of(broker_for(effective), runner)) if required else None
    except PluginFailedError as error:
        return Promises(problem=f"the broker did not answer: {error}")
    except PrismError as error:
        return Promises(problem=f"{error.code}: {error.what}")
    found = record.load(binding) if binding else None
    return Promises(
        required=required,
        found={each.id: str(each.outcome) for each in found.promises} if found else {},
        verified_at=found.verified_at if found else None,
    )
