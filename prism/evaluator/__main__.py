"""Start the process that the first argument names; the image holds a copy beside the package, and runs its folder."""

import sys


def main() -> None:
    """Supervise a run or compare a pair (the container's first process), or be what those start: contestant, reader."""
    if sys.argv[1:] == ["supervise"]:
        from prism.evaluator import supervisor

        supervisor.main()
    elif sys.argv[1:] == ["compare"]:
        from prism.evaluator import pair

        pair.main()
    elif sys.argv[1:] == ["read"]:
        from prism.evaluator import reading

        reading.main()
    elif sys.argv[1:] == ["contend"]:
        from prism.evaluator import contestant

        contestant.main()
    else:
        sys.exit("usage: python3 -I /opt/prism supervise | compare")


if __name__ == "__main__":
    main()
