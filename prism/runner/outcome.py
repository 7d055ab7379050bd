"""What a submission comes to: refused before it ran, held, or what its run brought back."""

import enum
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

import msgspec

from prism.errors import PluginError, PrismError
from prism.finding import Finding
from prism.host import Host
from prism.plugin import find_plugin, installed_names
from prism.plugin_failure import PluginFailedError, caught, within
from prism.policy.loading import EffectivePolicy
from prism.review import ProjectRecord, Review
from prism.runner.asking import asking
from prism.runner.broker import Broker
from prism.runner.patience import patient
from prism.runner.result import Reason, RunResult
from prism.runner.tripwire import findings_of
from prism.snapshot import Snapshot


class OutcomeStatus(enum.StrEnum):
    """Where a submission stands after its review and, if it was approved, its run."""

    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    HELD = "held"


class RunOutcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The end of one submission's way."""

    status: OutcomeStatus
    """``completed``, ``failed``, ``rejected`` or ``held``."""
    metrics: dict[str, float] = msgspec.field(default_factory=dict)
    """Empty unless the run completed."""
    reason: str
    """Why it ended so: the verdict's reasons, or the run's one sentence; fit for a miner once escaped."""
    findings: tuple[Finding, ...] = ()
    """What the run has shown that the review had ruled out."""
    result: RunResult | None = None
    """What the run brought back; null when nothing was run."""


def not_run(review: Review) -> RunOutcome:
    """The outcome of a project that is not approved."""
    reason = "; ".join(f"{reason.rule}: {reason.text.removesuffix('.')}" for reason in review.reasons)
    return RunOutcome(status=OutcomeStatus(str(review.verdict)), reason=reason)


def run_approved(
    review: Review,
    snapshot: Snapshot,
    effective: EffectivePolicy,
    *,
    broker: Broker | None = None,
    job_id: str = "",
    require: Callable[[], None] | None = None,
) -> RunOutcome:
    """Have an approved project run; whatever is missing on our side holds it and says why.

    Args:
        review: what was decided about the project.
        snapshot: the approved bytes.
        effective: the policy.
        broker: what launches the container; the policy's own otherwise.
        job_id: names the run; a random one otherwise.
        require: raises when nothing is to be launched any more.
    """
    from prism.runner.run import run_project
    from prism.sandbox.requirement import require_verified

    if review.project is None:
        raise ValueError("an approved review names its project")
    try:
        chosen = broker or broker_for(effective)
        chosen = asking(chosen, require) if require else chosen
        require_verified(chosen, effective.policy.runner)
        result = run_project(snapshot, review.project, effective, chosen, job_id=job_id)
    except PrismError as error:
        return RunOutcome(status=OutcomeStatus.HELD, reason=f"{error.code}: {error.what}; {error.do}")
    return RunOutcome(
        status=OutcomeStatus(result.submission_status),
        metrics=result.metrics,
        reason=f"{result.reason}: {result.sentence}",
        findings=_findings(result, review.project),
        result=result,
    )


def _findings(result: RunResult, project: ProjectRecord) -> tuple[Finding, ...]:
    is_disputed = result.reason is Reason.UNDECLARED_CAPABILITY
    return findings_of(result.observed or (), project.declarations) if is_disputed else ()


def broker_for(effective: EffectivePolicy) -> Broker:
    """The one broker that the selected plugins, or the installed plugin of that name, provide for the policy's kind.

    Raises:
        PluginError: there is none, or more than one.
    """
    choice = effective.policy.runner.broker
    seconds = effective.policy.verdict.plugin_seconds
    offers = _offers(_host(effective, choice.kind), choice.kind, choice.settings, seconds)
    if len(offers) != 1:
        who = " and ".join(offers) or "no plugin"
        raise PluginError(
            f"{who} provides a broker of kind {choice.kind!r}",
            where="$.runner.broker.kind",
            do=f"name a kind that exactly one plugin provides; installed plugins: {', '.join(installed_names())}",
        )
    return next(iter(offers.values()))


def _host(effective: EffectivePolicy, kind: str) -> Host:
    policy = effective.policy
    chosen = [(definition, policy.plugins[name].settings) for name, definition in effective.plugins.items()]
    if kind in installed_names() and kind not in effective.plugins:
        chosen.append((find_plugin(kind, "", effective.sources[-1].parent), {}))
    return Host(chosen, blocked=policy.blocked_plugins)


def _offers(host: Host, kind: str, settings: Mapping[str, Any], seconds: float) -> dict[str, Broker]:
    offers: dict[str, Broker] = {}
    for name in host.implementers("prism_broker"):
        try:
            broker = within(seconds, partial(_offer, host, name, kind, settings))
        except PluginFailedError as error:
            if isinstance(error.__cause__, PrismError):  # says what and what to do better than we could
                raise error.__cause__ from error
            raise PluginError(
                f"plugin {name!r} could not provide a broker: {error}",
                where=host.definitions[name].origin,
                do="mend the broker's settings in the policy, or the plugin",
            ) from error
        if broker is not None:
            offers[name] = broker
    return offers


def _offer(host: Host, name: str, kind: str, settings: Mapping[str, Any]) -> Broker | None:
    """What one plugin provides for a kind; a stranger's broker with a limit on its time."""
    broker = host.call("prism_broker", name, kind=kind, settings=deepcopy(dict(settings)))
    if broker is None or host.definitions[name].is_own:
        return broker  # type: ignore[no-any-return] # PRISM's own brokers are brokers
    with caught():
        return patient(broker, name)
