"""A broker put to the proof: the suite, and the record of what it found."""

import time
from collections.abc import Sequence

from prism.errors import RunnerError, UsageError
from prism.policy.model import RunnerPolicy
from prism.runner.broker import Broker
from prism.sandbox import catalogue
from prism.sandbox.attack import AnyAttack
from prism.sandbox.binding import binding_of
from prism.sandbox.record import Verification
from prism.sandbox.suite import Suite


def verify(broker: Broker, policy: RunnerPolicy, attacks: Sequence[AnyAttack]) -> Verification:
    """What the attacks found, which holds for the broker as it is now; it is not kept yet.

    A broker that cannot say what it is has no binding, and nothing can be kept of it.

    Raises:
        RunnerError: the engine does not answer, cannot run the image, or was changed meanwhile.
    """
    binding = binding_of(broker, policy)
    began_at, began = time.time(), time.monotonic()
    promises = Suite(broker, policy).run(attacks)
    if binding_of(broker, policy) != binding:
        raise RunnerError(
            "the engine, the image or the settings changed while the attacks were made",
            where=f"runner.broker.kind: {policy.broker.kind}",
            do="try once more when nobody changes them",
        )
    return Verification(
        verified_at=began_at,
        seconds=time.monotonic() - began,
        binding=binding or {},
        promises=tuple(promises),
    )


def chosen(ids: Sequence[str]) -> tuple[AnyAttack, ...]:
    """The attacks of these ids, in order; all of them if none is named.

    Raises:
        UsageError: there is none of an id.
    """
    known = {attack.id: attack for attack in catalogue.attacks()}
    unknown = [each for each in ids if each not in known]
    if unknown:
        raise UsageError(
            f"there is no promise {unknown[0]!r}", where="--only", do="see the ids in the reference of promises"
        )
    return tuple(attack for each, attack in known.items() if not ids or each in ids)
