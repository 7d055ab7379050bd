"""A signed request is taken once: its nonce is kept in the transaction that takes it in.

Nonces are not kept for ever. What tells an old request whose nonce is gone from a new one is its timestamp, and clocks
may be set back. So the newest timestamp whose nonce was forgotten is kept, and nothing up to it is ever taken.
"""

from sqlalchemy import Connection, delete, func, select, text, update

from prism.errors import StoreError
from prism.service.records import Origin
from prism.service.refusal import NonceError, TimestampError
from prism.store import tables
from prism.store.queue_tables import FORGOTTEN_SETTING, nonces

SPEND = text(
    "INSERT INTO nonces (hotkey, nonce, signed_at) VALUES (:hotkey, :nonce, :signed_at) ON CONFLICT DO NOTHING"
)


def spend(connection: Connection, origin: Origin) -> None:
    """Use up the nonce of a request that was signed.

    Raises:
        NonceError: it was used before.
        TimestampError: whether it was is not known any more.
    """
    asked = {"hotkey": origin.hotkey, "nonce": origin.nonce, "signed_at": origin.signed_at}
    if connection.execute(SPEND, asked).rowcount != 1:
        raise NonceError("this nonce was used before", do="sign each request with a new one")
    if origin.signed_at is not None and origin.signed_at <= _forgotten(connection):
        raise TimestampError("the request was signed too long ago", do="sign it anew")


def forget(connection: Connection, *, before: int) -> None:
    """Drop the nonces of what was signed before a moment, in seconds since 1970."""
    rows = nonces.c
    newest = connection.scalar(select(func.max(rows.signed_at)).where(rows.signed_at < before))
    if newest is None:
        return
    forgotten = max(newest, _forgotten(connection, is_locked=True))
    its = tables.settings.c.name == FORGOTTEN_SETTING
    connection.execute(update(tables.settings).where(its).values(value=str(forgotten)))
    connection.execute(delete(nonces).where(rows.signed_at <= newest))


def _forgotten(connection: Connection, *, is_locked: bool = False) -> int:
    its = select(tables.settings.c.value).where(tables.settings.c.name == FORGOTTEN_SETTING)
    value = connection.scalar(its.with_for_update() if is_locked else its)
    if value is None or not value.isdigit():
        do = "restore a backup"
        raise StoreError("the store does not say which nonces are forgotten", do=do, code="store-damaged")
    return int(value)
