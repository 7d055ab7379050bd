"""Nonces of requests that miners have signed by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table, and the timestamp up to which nonces are forgotten."""
    op.create_table(
        "nonces",
        sa.Column("hotkey", sa.Text, primary_key=True),
        sa.Column("nonce", sa.Text, primary_key=True),
        sa.Column("signed_at", sa.BigInteger, nullable=False),
    )
    op.create_index("nonces_by_time", "nonces", ["signed_at"])
    settings = sa.table("settings", sa.column("name", sa.Text), sa.column("value", sa.Text))
    op.bulk_insert(settings, [{"name": "nonces_forgotten", "value": "0"}])
