"""The files of what is held or rejected, for the operators who look at it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "exhibits",
        sa.Column("entry", sa.Text, sa.ForeignKey("entries.id"), primary_key=True),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
        sa.Column("packed_size", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.create_index("exhibits_by_time", "exhibits", ["kept_at", "entry", "packed_size"])
