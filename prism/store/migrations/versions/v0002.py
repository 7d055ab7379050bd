"""What reviewers that cost money remember and have spent."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables behind notebooks."""
    op.create_table(
        "answers",
        sa.Column("plugin", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("hotkey", sa.Text, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
    )
    op.create_index("answers_by_time", "answers", ["kept_at"])
    op.create_index("answers_by_hotkey", "answers", ["hotkey"])
    op.create_table(
        "spending",
        sa.Column("plugin", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("tokens", sa.BigInteger, nullable=False),
        sa.Column("micro_usd", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    op.create_index("spending_by_time", "spending", ["changed_at"])
