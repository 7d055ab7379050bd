"""Where a store is: a file, by default one in the user's data folder, or a PostgreSQL database by URL."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from prism.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import URL

DEFAULT = "default"
FILE_NAME = "store.sqlite3"
SECRETS = frozenset({"password", "sslpassword"})
"""Parameters of an address that hold a secret, as the part before its ``@`` may."""
FORMS = "give a file, sqlite:///FILE or postgresql://USER@HOST/DATABASE"


def default_file() -> Path:
    """The store of this user when none is named: in the XDG data folder."""
    base = os.environ.get("XDG_DATA_HOME", "")
    folder = Path(base) if base.startswith("/") else Path.home() / ".local" / "share"
    return folder / "prism" / FILE_NAME


def parse(text: str | None) -> "URL":
    """The address of a store as a URL; ``default``, or nothing, is the user's own.

    Raises:
        UsageError: it is no address of a store.
    """
    from sqlalchemy import URL, make_url
    from sqlalchemy.exc import ArgumentError

    if text is None or text == DEFAULT:
        return URL.create("sqlite", database=str(default_file()))
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).absolute()))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UsageError("this is no address of a store", where="--store", do=FORMS) from None
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite" and url.database and url.database != ":memory:":
        return URL.create("sqlite", database=str(Path(url.database).absolute()))
    if kind in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    raise UsageError(f"a store cannot be kept in {kind!r} without a file or database", where="--store", do=FORMS)


def shown(url: "URL") -> str:
    """The address for people: without its passwords."""
    if url.drivername == "sqlite":
        return str(url.database)
    masked = dict.fromkeys(SECRETS & url.query.keys(), "***")
    return url.update_query_dict(masked).render_as_string(hide_password=True)
