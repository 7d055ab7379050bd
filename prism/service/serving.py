"""One process of the API: its parts put together, and the server that runs them until it is told to end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prism.service.admission import Admission
from prism.service.hooks import tell, weights
from prism.service.http.app import create_app
from prism.service.http.parts import Parts
from prism.service.http.server import server
from prism.service.policy_in_force import PolicyInForce
from prism.service.queue import Queue
from prism.service.readiness import Readiness, answers_questions, has_plugins, is_valid, keeps_promises
from prism.service.settings import Settings
from prism.service.shared_token import SharedToken
from prism.service.telemetry.scraping import Meter
from prism.store import open_store


def serve(
    settings: Settings, policy: PolicyInForce, *, runs_here: bool, told: Callable[[], None] = lambda: None
) -> None:
    """Answer requests until a signal ends the process; requests under way are answered first, unless it comes twice.

    Args:
        settings: the settings in force.
        policy: the policy in force.
        runs_here: whether submissions are run from this machine, so that its broker counts for being ready.
        told: called at each signal.
    """
    with parts_for(settings, policy, runs_here=runs_here) as parts:
        server(create_app(parts), settings, told).run()


@contextmanager
def parts_for(settings: Settings, policy: PolicyInForce, *, runs_here: bool) -> Iterator[Parts]:
    """What the application works with, closed at the end."""
    with open_store(settings.database_url) as store:
        queue = Queue(store, settings.queue, changed=lambda submission: tell(policy.host(), submission))
        checks = {"database": answers_questions(store), "policy": is_valid(policy), "plugins": has_plugins(policy)}
        admission = Admission(settings)
        if settings.public_submissions:
            checks["hotkeys"] = admission.require_known
        if runs_here:
            checks["broker"] = keeps_promises(policy)
        yield Parts(
            settings=settings,
            token=SharedToken.of(settings),
            queue=queue,
            admission=admission,
            policy=policy,
            readiness=Readiness(checks),
            weights=lambda: weights(policy.host(), queue.best_scores()),
            meter=Meter(queue, policy),
        )
