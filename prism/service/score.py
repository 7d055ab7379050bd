"""From metrics to one number between 0 and 1, as the policy says."""

from collections.abc import Mapping

from prism.policy.model import ScorePolicy


def score_of(metrics: Mapping[str, float], policy: ScorePolicy) -> float | None:
    """Where a run's metric lies between the worst and the best that counts; ``None`` if it has none of that name."""
    value = metrics.get(policy.metric)
    if value is None:
        return None
    share = (policy.worst - value) / (policy.worst - policy.best)
    return min(1.0, max(0.0, share))
