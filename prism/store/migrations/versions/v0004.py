"""The service: uploads, the queue, reviews and runs, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

APPEND_ONLY = "decisions are only ever added"


def upgrade() -> None:
    """Add the tables, and have the database itself refuse to change a decision."""
    _uploads()
    _entries()
    _queue()
    _results()
    _decisions()


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("code_hash", sa.Text, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("hotkey", sa.Text, nullable=False),
        sa.Column("uid", sa.Integer),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("code_hash", sa.Text, sa.ForeignKey("uploads.code_hash"), nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False, unique=True),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("is_dead", sa.Boolean, nullable=False),
        sa.Column("is_placed", sa.Boolean, nullable=False),
        sa.Column("approved", sa.Text),
        sa.Column("project_digest", sa.Text),
        sa.Column("score", sa.Double),
        sa.Column("metrics", sa.Text, nullable=False),
        sa.Column("lease", sa.Text, nullable=False),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("is_probe", sa.Boolean, nullable=False),
        sa.Column("claims", sa.Integer, nullable=False),
        sa.Column("orphans", sa.Integer, nullable=False),
        sa.Column("clock", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("hotkey", "code_hash", name="one_entry"),
    )
    op.create_index("entries_by_status", "entries", ["status", "received_at"])
    op.create_index("entries_by_hotkey", "entries", ["hotkey", "received_at"])
    op.create_index("entries_by_upload", "entries", ["code_hash"])
    waiting = sa.column("is_placed") == sa.false()
    op.create_index("entries_to_place", "entries", ["received_at"], sqlite_where=waiting, postgresql_where=waiting)


def _queue() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("hotkey", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("entry", sa.Text, sa.ForeignKey("entries.id"), nullable=False),
    )
    op.create_table(
        "hotkeys",
        sa.Column("hotkey", sa.Text, primary_key=True),
        sa.Column("served", sa.BigInteger, nullable=False),
    )
    op.create_index("hotkeys_by_turn", "hotkeys", ["served"])
    op.create_table(
        "breakers",
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("clock", sa.Text, nullable=False),
        sa.Column("away_until", sa.BigInteger, nullable=False),
    )


def _results() -> None:
    op.create_table(
        "rounds",
        sa.Column("entry", sa.Text, sa.ForeignKey("entries.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("finished_at", sa.BigInteger, nullable=False),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("review", sa.LargeBinary, nullable=False),
        sa.Column("review_size", sa.Integer, nullable=False),
        sa.Column("review_sha256", sa.Text, nullable=False),
        sa.Column("run", sa.LargeBinary, nullable=False),
        sa.Column("run_size", sa.Integer, nullable=False),
        sa.Column("run_sha256", sa.Text, nullable=False),
    )
    op.create_table(
        "entry_rules",
        sa.Column("entry", sa.Text, sa.ForeignKey("entries.id"), primary_key=True),
        sa.Column("rule", sa.Text, primary_key=True),
    )
    op.create_index("entry_rules_by_rule", "entry_rules", ["rule", "entry"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )
    op.create_index("decisions_by_entry", "decisions", ["entry", "number"])
    settings = sa.table("settings", sa.column("name", sa.Text), sa.column("value", sa.Text))
    op.bulk_insert(settings, [{"name": "decisions", "value": f"0 {'0' * 64}"}])
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER decisions_no_{change.lower()} BEFORE {change} ON decisions "
                f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION decisions_are_final() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER decisions_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions "
        "FOR EACH STATEMENT EXECUTE FUNCTION decisions_are_final()"
    )
