"""What the submissions come to, counted: rules by where they were found, failures by their reason."""

from sqlalchemy import Connection, func, select

from prism.service.records import Statistics
from prism.store.queue_tables import entries, entry_rules
from prism.submission import SubmissionStatus

MOST = 1_000


def statistics(connection: Connection) -> Statistics:
    """Counts over the latest review of each submission, and over those that failed."""
    return Statistics(rules=_rules(connection), failures=_failures(connection))


def _rules(connection: Connection) -> dict[str, dict[str, int]]:
    rule, status = entry_rules.c.rule, entries.c.status
    grouped = select(rule, status, func.count()).join_from(entry_rules, entries).group_by(rule, status).order_by(rule)
    found: dict[str, dict[str, int]] = {}
    for name, where, count in connection.execute(grouped.limit(MOST * len(SubmissionStatus))):
        found.setdefault(name, {})[where] = count
    return found


def _failures(connection: Connection) -> dict[str, int]:
    rows, count = entries.c, func.count()
    failed = select(rows.reason, count).where(rows.status == str(SubmissionStatus.FAILED)).group_by(rows.reason)
    found = connection.execute(failed.order_by(count.desc()).limit(MOST))
    return {row[0]: row[1] for row in found}
