"""What readers and contestants have answered in a pair review, checked before anything is made of it."""

from array import array
from collections.abc import Sequence

from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.frames import Message
from prism.evaluator.likeness import Anatomy, Tensor
from prism.evaluator.reading import MAX_GRAMS, MAX_UNITS, Unit
from prism.evaluator.state import measured

MAX_MODULES = 20_000
MAX_PARAMETERS = 20_000
MAX_KIND = 100
GRAM_BYTES = 8


def checked_units(answer: Message, paths: Sequence[str]) -> tuple[tuple[Unit, ...], tuple[str, ...]]:
    """The definitions of a project, and the paths of the files that were not read.

    Raises:
        FaultError: numbers that do not fit together.
    """
    rows, unread = answer.header.get("units"), answer.header.get("unread")
    if not isinstance(rows, list) or not isinstance(unread, list) or len(answer.body) % GRAM_BYTES:
        raise _broken("no list of definitions")
    grams = array("Q")
    grams.frombytes(answer.body)
    if len(rows) > MAX_UNITS or len(grams) > MAX_GRAMS:
        raise _broken("too many definitions")
    units = []
    start = 0
    for row in rows:
        number, first, last, count = _four(row)
        if not (number < len(paths) and 1 <= first <= last and start + count <= len(grams)):
            raise _broken("a definition that is nowhere")
        units.append(Unit(path=paths[number], lines=(first, last), grams=tuple(grams[start : start + count])))
        start += count
    if start != len(grams) or not all(type(number) is int and 0 <= number < len(paths) for number in unread):
        raise _broken("definitions that do not add up")
    return tuple(units), tuple(paths[number] for number in unread)


def _four(row: object) -> tuple[int, int, int, int]:
    if not isinstance(row, list) or len(row) != 4 or not all(type(each) is int and each >= 0 for each in row):  # noqa: PLR2004 - file, lines, grams
        raise _broken("a definition that is not four numbers")
    return (row[0], row[1], row[2], row[3])


def checked_anatomy(answer: Message) -> Anatomy:
    """How a model is built.

    Raises:
        FaultError: names, types, shapes or depths are not what they can be, or are too many.
    """
    modules, parameters = answer.header.get("modules"), answer.header.get("parameters")
    if not isinstance(modules, list) or not 0 < len(modules) <= MAX_MODULES:
        raise _broken(f"no list of at most {MAX_MODULES} modules")
    if not isinstance(parameters, list) or len(parameters) > MAX_PARAMETERS:
        raise _broken(f"no list of at most {MAX_PARAMETERS} parameters")
    return Anatomy(modules=_checked_tree(modules), parameters=tuple(map(_checked_tensor, parameters)))


def _checked_tree(modules: Sequence[object]) -> tuple[tuple[int, str], ...]:
    deepest = -1
    checked = []
    for row in modules:
        if not isinstance(row, list) or len(row) != 2:  # noqa: PLR2004 - depth and kind
            raise _broken("a module that is not [depth, kind]")
        depth, kind = row
        if type(depth) is not int or not min(deepest + 1, 1) <= depth <= deepest + 1:
            raise _broken("a module that is below none")
        if not isinstance(kind, str) or not 0 < len(kind) <= MAX_KIND:
            raise _broken("a module without a kind")
        deepest = depth
        checked.append((depth, kind))
    return tuple(checked)


def _checked_tensor(row: object) -> Tensor:
    try:
        name, _, _ = measured(row)
    except FaultError as error:
        raise _broken(error.detail) from error
    assert isinstance(row, list)  # noqa: S101 - measured() has seen it
    return Tensor(name=name, element_type=row[1], shape=tuple(row[2]))


def _broken(detail: str) -> FaultError:
    return FaultError(Fault.PROTOCOL_BROKEN, detail)
