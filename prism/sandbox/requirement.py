"""What the policy wants proved of a broker, and whether it is: the answer without which nothing is run."""

import time
from collections.abc import Iterable

from prism.errors import RunnerError
from prism.policy.model import RunnerPolicy, VerificationPolicy
from prism.runner.broker import Broker
from prism.sandbox import catalogue, record
from prism.sandbox.binding import binding_of
from prism.sandbox.outcome import Outcome, PromiseRecord

ALL = "all"
_VERIFY = "run `prism sandbox verify` with this policy"
_AHEAD_SECONDS = 300
_SHOWN = 5


def required_ids(policy: VerificationPolicy) -> tuple[str, ...]:
    """The promises that a policy requires, by id.

    Raises:
        RunnerError: it names one that there is not.
    """
    known = [attack.id for attack in catalogue.attacks()]
    unknown = sorted({*policy.required, *policy.exempt} - {*known, ALL})
    if unknown:
        raise _unverified(
            f"there is no promise {unknown[0]!r}",
            where="runner.verification",
            do="see the ids in the reference of promises",
        )
    if ALL in policy.required:
        return tuple(each for each in known if each not in policy.exempt or each in policy.required)
    return tuple(each for each in known if each in policy.required)


def unkept(required: Iterable[str], promises: Iterable[PromiseRecord]) -> list[str]:
    """The required promises that were not found kept, each with what was found."""
    found = {promise.id: promise for promise in promises}
    wrong = [(each, found.get(each)) for each in required]
    return [
        f"{each} ({promise.outcome if promise else 'not tried'})"
        for each, promise in wrong
        if promise is None or promise.outcome is not Outcome.KEPT
    ]


def require_verified(broker: Broker, policy: RunnerPolicy) -> None:
    """Do nothing if all that the policy requires of the broker has been proved, lately, of just this one.

    Raises:
        RunnerError: it has not.
    """
    required = required_ids(policy.verification)
    if not required:
        return
    wrong = unkept(required, _found(broker, policy).promises)
    if wrong:
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise _unverified(
            f"the broker does not keep what the policy requires: {', '.join(wrong[:_SHOWN])}{more}",
            where="runner.verification.required",
            do=f"{_VERIFY}, and mend what it names",
        )


def _unverified(what: str, *, where: str, do: str) -> RunnerError:
    return RunnerError(what, where=where, do=do, code="broker-unverified")


def _found(broker: Broker, policy: RunnerPolicy) -> record.Verification:
    binding = binding_of(broker, policy)
    if binding is None:
        raise _unverified(
            "the broker cannot say where it runs, so nothing proves what the policy requires of it",
            where=f"runner.broker.kind: {policy.broker.kind}",
            do="use a broker with an identity, or require nothing in runner.verification",
        )
    found = record.load(binding)
    if found is None:
        raise _unverified(
            "nobody has verified this broker with this engine, image and settings",
            where=str(record.folder()),
            do=_VERIFY,
        )
    age = time.time() - found.verified_at
    if not -_AHEAD_SECONDS <= age <= policy.verification.max_age_hours * 3600:
        raise _unverified(
            f"the broker was verified {age / 3600:.0f} hours ago; {policy.verification.max_age_hours} are allowed",
            where="runner.verification.max_age_hours",
            do=_VERIFY,
        )
    return found
