"""Sessions of the console that operators have signed out of."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "ended_sessions",
        sa.Column("nonce", sa.Text, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
