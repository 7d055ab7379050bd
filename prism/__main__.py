"""``python -m prism``: the command line where no ``prism`` command is on the path."""

from prism.cli.app import main

if __name__ == "__main__":
    main()
