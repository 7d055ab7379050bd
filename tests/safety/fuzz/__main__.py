"""A longer campaign: ``python -m tests.safety.fuzz --seconds 300 [--seed N] [--keep FOLDER]``."""

import argparse
import itertools
import sys
import time
from pathlib import Path

from prism.gate import Gate
from tests.safety.fuzz.campaign import run


def main() -> int:
    """Review random projects until the time is over; the exit code is 1 when one of them broke something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0, help="the first seed; each project takes the next one")
    parser.add_argument("--keep", type=Path, help="folder for the projects that broke something")
    chosen = parser.parse_args()
    end = time.monotonic() + chosen.seconds
    reviewed = failed = 0
    with Gate.from_policy("default") as gate:
        for failure in run(gate, itertools.count(chosen.seed)):
            reviewed += 1
            if failure is not None:
                failed += 1
                sys.stdout.write(f"seed {failure.seed}: {failure.problem}\n")
                for path, data in failure.files.items() if chosen.keep else ():
                    target = chosen.keep / str(failure.seed) / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)
            if time.monotonic() > end:
                break
    sys.stdout.write(f"{reviewed} projects from seed {chosen.seed} on, {failed} failures\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
