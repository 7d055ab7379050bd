"""The first tables: snapshots, submissions, units with their bands, and reference sets."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table of a new store."""
    _sources()
    _features()
    _index()
    _references()


def _sources() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "blobs",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("packed", sa.LargeBinary),
    )
    op.create_table(
        "snapshots",
        sa.Column("id", ID, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "snapshot_files",
        sa.Column("snapshot", ID, sa.ForeignKey("snapshots.id"), primary_key=True),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("blob", sa.Text, sa.ForeignKey("blobs.digest"), nullable=False),
    )
    op.create_index("snapshot_files_by_blob", "snapshot_files", ["blob", "snapshot"])
    op.create_table(
        "submissions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("snapshot", ID, sa.ForeignKey("snapshots.id"), nullable=False),
        sa.Column("hotkey", sa.Text, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
    )
    op.create_index("submissions_by_snapshot", "submissions", ["snapshot", "received_at"])
    op.create_index("submissions_by_time", "submissions", ["received_at"])
    op.create_index("submissions_by_hotkey", "submissions", ["hotkey"])


def _features() -> None:
    op.create_table(
        "schemes",
        sa.Column("id", ID, primary_key=True),
        sa.Column("plugin", sa.Text, nullable=False),
        sa.Column("features", sa.Text, nullable=False),
        sa.Column("hashing", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("permutations", sa.Integer, nullable=False),
        sa.Column("bands", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.UniqueConstraint(
            "plugin", "features", "hashing", "seed", "permutations", "bands", "rows", name="one_scheme"
        ),
    )
    op.create_table(
        "fingerprints",
        sa.Column("snapshot", ID, sa.ForeignKey("snapshots.id"), primary_key=True),
        sa.Column("plugin", sa.Text, primary_key=True),
        sa.Column("features", sa.Text, primary_key=True),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
    )
    op.create_table(
        "indexed",
        sa.Column("scheme", ID, sa.ForeignKey("schemes.id"), primary_key=True),
        sa.Column("snapshot", ID, sa.ForeignKey("snapshots.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("indexed_by_snapshot", "indexed", ["snapshot"])


def _index() -> None:
    op.create_table(
        "units",
        sa.Column("id", ID, primary_key=True),
        sa.Column("scheme", ID, sa.ForeignKey("schemes.id"), nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("buckets", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("scheme", "key", name="one_unit"),
    )
    op.create_index("units_by_digest", "units", ["scheme", "digest"])
    op.create_table(
        "occurrences",
        sa.Column("unit", ID, sa.ForeignKey("units.id"), primary_key=True),
        sa.Column("snapshot", ID, sa.ForeignKey("snapshots.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("first_line", sa.Integer, nullable=False),
        sa.Column("last_line", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("occurrences_by_snapshot", "occurrences", ["snapshot"])
    op.create_table(
        "bands",
        sa.Column("scheme", ID, sa.ForeignKey("schemes.id"), primary_key=True),
        sa.Column("band", sa.SmallInteger, primary_key=True),
        sa.Column("hash", sa.BigInteger, primary_key=True),
        sa.Column("unit", ID, primary_key=True),
        sqlite_with_rowid=False,
    )


def _references() -> None:
    op.create_table(
        "reference_sets",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "reference_members",
        sa.Column("reference", ID, sa.ForeignKey("reference_sets.id"), primary_key=True),
        sa.Column("snapshot", ID, sa.ForeignKey("snapshots.id"), primary_key=True),
        sa.Column("since", sa.Integer, nullable=False),
    )
    op.create_index("reference_members_by_snapshot", "reference_members", ["snapshot"])
