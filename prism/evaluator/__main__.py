"""Start the process that the first argument names; the image holds a copy beside the package, and runs its folder."""

import sys


def main() -> None:
    """Supervise the run (the container's first process), or be the contestant (started by the supervisor)."""
    if sys.argv[1:] == ["supervise"]:
        from prism.evaluator import supervisor

        supervisor.main()
    elif sys.argv[1:] == ["contend"]:
        from prism.evaluator import contestant

        contestant.main()
    else:
        sys.exit("usage: python3 -I /opt/prism supervise")


if __name__ == "__main__":
    main()
