"""The store of earlier submissions: their sources, who handed them in and when, and by what they are found again.

SQLite in one file by default, PostgreSQL by URL. It knows nothing of any plugin: it keeps what plugins hand over
(:mod:`prism.corpus`) by plugin and scheme, and answers their questions.
"""

from prism.store.store import Kept, Store, SubmissionRow, open_store

__all__ = ["Kept", "Store", "SubmissionRow", "open_store"]
