"""The tables of a store, as the code speaks of them; :mod:`prism.store.migrations` is what makes them.

Nothing is said twice: a file's bytes are one blob however many snapshots hold them, a snapshot is one row however often
it is handed in, and a unit with its signature is one row however many snapshots hold the same unit. What is derived
(fingerprints, units, bands) is kept by the scheme it was made by, so that two schemes can stand side by side while
submissions are indexed again, and neither is ever compared with the other.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

# SQLite numbers rows by itself only in a column of exactly the type INTEGER, which there has 64 bits.
Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()

settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("packed", LargeBinary),  # none: the bytes are in the store's blob place
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
)

snapshot_files = Table(
    "snapshot_files",
    metadata,
    Column("snapshot", Id, ForeignKey("snapshots.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("blob", Text, ForeignKey("blobs.digest"), nullable=False),
    Index("snapshot_files_by_blob", "blob", "snapshot"),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("snapshot", Id, ForeignKey("snapshots.id"), nullable=False),
    Column("hotkey", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),  # microseconds since 1970, UTC
    Index("submissions_by_snapshot", "snapshot", "received_at"),
    Index("submissions_by_time", "received_at"),
    Index("submissions_by_hotkey", "hotkey"),
)

schemes = Table(
    "schemes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plugin", Text, nullable=False),
    Column("features", Text, nullable=False),
    Column("hashing", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("permutations", Integer, nullable=False),
    Column("bands", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    UniqueConstraint("plugin", "features", "hashing", "seed", "permutations", "bands", "rows", name="one_scheme"),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("snapshot", Id, ForeignKey("snapshots.id"), primary_key=True),
    Column("plugin", Text, primary_key=True),
    Column("features", Text, primary_key=True),  # empty for a plugin that indexes nothing
    Column("packed", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
)

indexed = Table(
    "indexed",
    metadata,
    Column("scheme", Id, ForeignKey("schemes.id"), primary_key=True),
    Column("snapshot", Id, ForeignKey("snapshots.id"), primary_key=True),
    Index("indexed_by_snapshot", "snapshot"),
    sqlite_with_rowid=False,
)

units = Table(
    "units",
    metadata,
    Column("id", Id, primary_key=True),
    Column("scheme", Id, ForeignKey("schemes.id"), nullable=False),
    Column("key", LargeBinary, nullable=False),  # SHA-256 of digest, size, signature and buckets
    Column("digest", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("buckets", LargeBinary, nullable=False),  # 64-bit hashes, little endian, one a band
    UniqueConstraint("scheme", "key", name="one_unit"),
    Index("units_by_digest", "scheme", "digest"),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("unit", Id, ForeignKey("units.id"), primary_key=True),
    Column("snapshot", Id, ForeignKey("snapshots.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("first_line", Integer, nullable=False),
    Column("last_line", Integer, nullable=False),
    Index("occurrences_by_snapshot", "snapshot"),
    sqlite_with_rowid=False,
)

bands = Table(
    "bands",
    metadata,
    Column("scheme", Id, ForeignKey("schemes.id"), primary_key=True),
    Column("band", SmallInteger, primary_key=True),
    Column("hash", BigInteger, primary_key=True),
    Column("unit", Id, primary_key=True),  # no foreign key: dropping a unit would search all bands for it
    sqlite_with_rowid=False,
)

reference_sets = Table(
    "reference_sets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
)

reference_members = Table(
    "reference_members",
    metadata,
    Column("reference", Id, ForeignKey("reference_sets.id"), primary_key=True),
    Column("snapshot", Id, ForeignKey("snapshots.id"), primary_key=True),
    Column("since", Integer, nullable=False),  # first version of the set that holds it
    Index("reference_members_by_snapshot", "snapshot"),
)

answers = Table(
    "answers",
    metadata,
    Column("plugin", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("packed", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),  # of the record before it was packed
    Column("size", Integer, nullable=False),
    Column("hotkey", Text, nullable=False),  # about whose project it was when it was kept
    Column("kept_at", BigInteger, nullable=False),  # microseconds since 1970, UTC
    Index("answers_by_time", "kept_at"),
    Index("answers_by_hotkey", "hotkey"),
)

answer_files = Table(
    "answer_files",
    metadata,
    Column("plugin", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("file", Text, primary_key=True),  # SHA-256 of a file that the answer may quote
    ForeignKeyConstraint(["plugin", "key"], ["answers.plugin", "answers.key"], ondelete="CASCADE"),
    Index("answer_files_by_file", "file"),
)

spending = Table(
    "spending",
    metadata,
    Column("plugin", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("tokens", BigInteger, nullable=False),
    Column("micro_usd", BigInteger, nullable=False),  # millionths of a US dollar
    Column("changed_at", BigInteger, nullable=False),
    Index("spending_by_time", "changed_at"),
)

HEAD = "0008"
"""The newest step in ``migrations``: what a store is at when this code can use it."""
KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", HEAD)
"""Every step that ever was, oldest first."""
