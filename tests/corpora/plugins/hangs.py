"""Never comes back, and swallows every interruption."""

from prism import hookimpl


@hookimpl
def prism_check_file(file):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
