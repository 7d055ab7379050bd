"""What the steps make is what the code speaks of, for whoever opens the store, and however many do at once."""

import multiprocessing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from prism.store import Store, open_store, tables
from prism.store.check import check
from tests.store.synthetic import features, snapshot

PROCESSES = 4


def test_the_steps_make_the_tables_that_the_code_names(store: Store) -> None:
    with store.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == tables.HEAD


def test_the_last_known_step_is_the_newest_that_is_shipped() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "prism.store:migrations")
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(steps)) == tables.KNOWN


def test_a_store_that_many_open_at_once_is_made_once(location: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=keep_one, args=(location, number)) for number in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    with open_store(location) as store:
        assert len(store.submissions()) == PROCESSES
        assert check(store) == []


def keep_one(location: str, number: int) -> None:
    with open_store(location) as store:
        store.keep(snapshot(number), features(number))


def test_a_step_that_fails_leaves_the_store_as_it_was(store: Store) -> None:
    """Also on SQLite a step is undone as a whole, which only holds if nothing in between ends the transaction."""

    def half_a_step() -> None:
        with store.database.writing(alone=True) as connection:
            connection.execute(text("CREATE TABLE half_done (id INTEGER)"))
            raise RuntimeError("killed here")

    with pytest.raises(RuntimeError):
        half_a_step()
    with store.database.reading() as connection:
        assert "half_done" not in inspect(connection).get_table_names()
