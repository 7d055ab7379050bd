"""Tries things that must not work, and says in one short line each whether they did."""


def contained(name, attempt):
    try:
        found = attempt()
    except BaseException as error:
        print(f"CONTAINED {name} {type(error).__name__}", flush=True)
    else:
        print(f"BREACH {name} {found!r:.80}", flush=True)
