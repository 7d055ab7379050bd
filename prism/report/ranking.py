"""Which findings are shown where there is no room for all."""

from collections.abc import Sequence

from prism.finding import Finding, Severity

RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def gravest(findings: Sequence[Finding], most: int) -> tuple[Finding, ...]:
    """So many findings in their reporting order; a flood of notes does not bury an error."""
    if len(findings) <= most:
        return tuple(findings)
    weighed = sorted(
        range(len(findings)), key=lambda at: (findings[at].waived is not None, RANKS[findings[at].severity])
    )
    return tuple(findings[at] for at in sorted(weighed[:most]))
