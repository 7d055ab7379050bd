"""YAML text as events with positions: YAML 1.2 without tags, anchors or aliases.

Only ruamel's event stream is used, so nothing of it constructs objects, follows an alias or recurses.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from prism.document.events import Event, Fault, Kind, UnreadableError
from prism.document.plain_yaml import plain_events
from prism.document.scalars import plain_scalar, string
from prism.document.showing import escaped

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.events import CollectionStartEvent, DocumentStartEvent, ScalarEvent
    from ruamel.yaml.events import Event as YamlEvent

_TAG: Final = Fault("a tag stands here", "leave the tag out; the value's own form says what it is")
_ANCHOR: Final = Fault("an anchor stands here", "leave the anchor out and write the value where it is needed")
_ALIAS: Final = Fault("an alias stands here", "write the value in place of the alias")
_SECOND: Final = Fault("a second document begins here", "keep one document in the file")
_VERSION: Final = Fault("the document asks for another YAML than 1.2", "leave the %YAML line out")
_MEND: Final = "mend the YAML"


def yaml_events(text: str) -> Iterator[Event]:
    """Yield the events of the one YAML document in a text; nothing when there is none.

    Raises:
        UnreadableError: where the text stops being YAML, or a second document begins.
    """
    plain = plain_events(text)
    yield from library_events(text) if plain is None else plain


def library_events(text: str) -> Iterator[Event]:
    """Yield the events of a document that need not be plain, as :func:`yaml_events` does."""
    from ruamel.yaml.events import DocumentStartEvent

    documents = 0
    for raw in _raw_events(text):
        if isinstance(raw, DocumentStartEvent):
            documents += 1
            _refuse_document(raw, documents)
        event = _event(raw)
        if event is not None:
            yield event


def _raw_events(text: str) -> "Iterator[YamlEvent]":
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise UnreadableError(Fault(_in_words(error), _MEND), line=line, column=column) from error
    except Exception as error:  # on hostile text the scanner also raises plain ValueError, IndexError, ...
        raise UnreadableError(Fault("this is not YAML", _MEND), line=1, column=1) from error


def _in_words(error: "MarkedYAMLError") -> str:
    parts = " ".join(part for part in (error.context, error.problem) if part)
    return f"this is not YAML: {escaped(' '.join(parts.split()), limit=200)}"


def _refuse_document(raw: "DocumentStartEvent", count: int) -> None:
    fault = _SECOND if count > 1 else _VERSION if raw.version not in {None, (1, 2)} else None
    if fault is not None:
        line, column = _place(raw)
        raise UnreadableError(fault, line=line, column=column)


def _place(raw: "YamlEvent") -> tuple[int, int]:
    mark = raw.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _event(raw: "YamlEvent") -> Event | None:
    from ruamel.yaml import events

    line, column = _place(raw)
    match raw:
        case events.ScalarEvent():
            plain = raw.implicit[0] and raw.style is None
            event = (plain_scalar if plain else string)(raw.value, line, column)
            return event._replace(fault=_refusal(raw)) if _refusal(raw) else event
        case events.AliasEvent():
            return Event(Kind.SCALAR, line, column, None, _ALIAS)
        case events.MappingStartEvent():
            return Event(Kind.OPEN_MAPPING, line, column, None, _refusal(raw))
        case events.SequenceStartEvent():
            return Event(Kind.OPEN_SEQUENCE, line, column, None, _refusal(raw))
        case events.CollectionEndEvent():
            return Event(Kind.CLOSE, line, column)
    return None


def _refusal(raw: "ScalarEvent | CollectionStartEvent") -> Fault | None:
    if raw.tag is not None:
        return _TAG
    return _ANCHOR if raw.anchor is not None else None
