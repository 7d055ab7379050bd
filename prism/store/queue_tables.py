"""The tables of the service: what was handed in, where each submission stands, and what was decided about it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from prism.store.tables import metadata

uploads = Table(
    "uploads",
    metadata,
    Column("code_hash", Text, primary_key=True),  # SHA-256 of the bytes as they were received
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hotkey", Text, nullable=False),
    Column("uid", Integer),
    Column("nonce", Text, nullable=False),
    Column("code_hash", Text, ForeignKey("uploads.code_hash"), nullable=False),
    Column("form", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False, unique=True),  # microseconds since 1970, UTC
    Column("changed_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("is_dead", Boolean, nullable=False),
    Column("is_placed", Boolean, nullable=False),  # whether later ones find it in the corpus, if it belongs there
    Column("approved", Text),  # JSON: rules that an operator has approved; none: nobody has
    Column("project_digest", Text),
    Column("score", Double),
    Column("metrics", Text, nullable=False),  # JSON
    # Whose it is. Pending: from when on it may be claimed. Running: until when the lease holds.
    Column("lease", Text, nullable=False),
    Column("worker", Text, nullable=False),
    Column("is_probe", Boolean, nullable=False),
    Column("claims", Integer, nullable=False),  # of all time: numbers the jobs
    Column("orphans", Integer, nullable=False),  # claims right before this one that nobody has ended
    Column("clock", Text, nullable=False),  # what counts `due_at`
    Column("due_at", BigInteger, nullable=False),
    UniqueConstraint("hotkey", "code_hash", name="one_entry"),
    Index("entries_by_status", "status", "received_at"),
    Index("entries_by_hotkey", "hotkey", "received_at"),
    Index("entries_by_upload", "code_hash"),
)
Index(
    "entries_to_place",
    entries.c.received_at,
    sqlite_where=entries.c.is_placed == false(),
    postgresql_where=entries.c.is_placed == false(),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("hotkey", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("entry", Text, ForeignKey("entries.id"), nullable=False),
)

nonces = Table(
    "nonces",
    metadata,
    Column("hotkey", Text, primary_key=True),
    Column("nonce", Text, primary_key=True),
    Column("signed_at", BigInteger, nullable=False),  # seconds since 1970, as the miner says
    Index("nonces_by_time", "signed_at"),
)

hotkeys = Table(
    "hotkeys",
    metadata,
    Column("hotkey", Text, primary_key=True),
    Column("served", BigInteger, nullable=False),  # the higher, the later it was its turn
    Index("hotkeys_by_turn", "served"),
)

rounds = Table(
    "rounds",
    metadata,
    Column("entry", Text, ForeignKey("entries.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("finished_at", BigInteger, nullable=False),
    Column("worker", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("review", LargeBinary, nullable=False),  # JSON, packed
    Column("review_size", Integer, nullable=False),
    Column("review_sha256", Text, nullable=False),
    Column("run", LargeBinary, nullable=False),  # JSON, packed
    Column("run_size", Integer, nullable=False),
    Column("run_sha256", Text, nullable=False),
)

exhibits = Table(
    "exhibits",
    metadata,
    Column("entry", Text, ForeignKey("entries.id"), primary_key=True),
    Column("kept_at", BigInteger, nullable=False),  # microseconds since 1970, UTC
    Column("packed_size", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),  # before it was packed
    Column("sha256", Text, nullable=False),  # likewise
    Column("packed", LargeBinary, nullable=False),  # last: whoever counts sizes reads no files
    Index("exhibits_by_time", "kept_at", "entry", "packed_size"),
)

entry_rules = Table(
    "entry_rules",
    metadata,
    Column("entry", Text, ForeignKey("entries.id"), primary_key=True),
    Column("rule", Text, primary_key=True),  # of a finding in the latest review
    Index("entry_rules_by_rule", "rule", "entry"),
)

breakers = Table(
    "breakers",
    metadata,
    Column("part", Text, primary_key=True),
    Column("failures", Integer, nullable=False),  # in a row
    Column("clock", Text, nullable=False),
    Column("away_until", BigInteger, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("entry", Text, nullable=False),  # no foreign key: a decision outlives what it is about
    Column("body", Text, nullable=False),  # canonical JSON
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Index("decisions_by_entry", "entry", "number"),
)

tallies = Table(
    "tallies",
    metadata,
    Column("name", Text, primary_key=True),  # of a metric
    Column("label", Text, primary_key=True),
    Column("value", Double, nullable=False),  # only ever grows
)

ended_sessions = Table(
    "ended_sessions",
    metadata,
    Column("nonce", Text, primary_key=True),  # of a session of the console; who knows it alone cannot make the cookie
    Column("until", BigInteger, nullable=False),  # seconds since 1970: when it would have ended by itself
)

HEAD_SETTING = "decisions"
"""The setting that names the last decision: its number and digest."""
FORGOTTEN_SETTING = "nonces_forgotten"
"""The setting with the newest timestamp whose nonce may be forgotten."""
