"""Which files an answer may quote, so that it goes with them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table, and forget the answers of which nobody knows what they quote: they are asked for again."""
    op.execute("DELETE FROM answers")
    op.create_table(
        "answer_files",
        sa.Column("plugin", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("file", sa.Text, primary_key=True),
        sa.ForeignKeyConstraint(["plugin", "key"], ["answers.plugin", "answers.key"], ondelete="CASCADE"),
    )
    op.create_index("answer_files_by_file", "answer_files", ["file"])
