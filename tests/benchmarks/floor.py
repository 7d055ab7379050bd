"""What the bridge is measured beside: FastAPI and SQLAlchemy that do nothing but keep a body.

``python -m tests.benchmarks.floor DATABASE`` serves it on a free port. It asks nobody for a token, checks nothing and
answers with a number; its SQLite is as durable as PRISM's.
"""

import sys

import uvicorn
from fastapi import FastAPI, Request
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, create_engine, event, insert
from starlette.concurrency import run_in_threadpool

metadata = MetaData()
bodies = Table("floor_bodies", metadata, Column("id", Integer, primary_key=True), Column("body", LargeBinary))


def application(location: str) -> FastAPI:
    """The floor on a database."""
    engine = create_engine(location)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _as_durable_as_prism)
    metadata.create_all(engine)
    app = FastAPI()

    def keep(body: bytes) -> int:
        with engine.begin() as connection:
            key = connection.execute(insert(bodies), {"body": body}).inserted_primary_key
        assert key is not None
        return int(key[0])

    @app.post("/")
    async def take(request: Request) -> dict[str, int]:
        return {"id": await run_in_threadpool(keep, await request.body())}

    return app


def _as_durable_as_prism(connection: object, _record: object) -> None:
    for setting in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=10000"):
        connection.execute(f"PRAGMA {setting}")  # type: ignore[attr-defined] # the driver's own connection


if __name__ == "__main__":
    uvicorn.run(application(sys.argv[1]), host="127.0.0.1", port=0, access_log=False)
