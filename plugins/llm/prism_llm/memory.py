"""Answers that were given before, found again by what was asked. A record is believed no more than a fresh answer."""

from collections.abc import Mapping, Sequence

import msgspec

from prism.notebook import Notebook
from prism_llm.answer import InvalidAnswerError
from prism_llm.asked import AskedRule
from prism_llm.exchange import Reply, Request
from prism_llm.material import FileMaterial
from prism_llm.prompt import request_for
from prism_llm.records import Place, Record, key_of_part, prompt_digest, read_record, record_of
from prism_llm.sections import Reading, Section
from prism_llm.views import Shown, View

AtHand = Mapping[Place, Shown]
"""All parts of the project under review, in one view."""


class Memory:
    """What one plugin's notebook knows about parts, asked about in one way."""

    def __init__(
        self, notebook: Notebook, rules: Sequence[AskedRule], files: Mapping[str, FileMaterial], asking: str
    ) -> None:
        """``asking`` is what :func:`prism_llm.records.asking_digest` gives."""
        self._notebook = notebook
        self._rules = rules
        self._files = files
        self._asking = asking

    def keep(self, parts: Sequence[Shown], view: View, nonce: str, request: Request, reply: Reply) -> None:
        """Keep a valid answer, under each part that it is about."""
        data = msgspec.json.encode(record_of(parts, view, nonce, request, reply))
        files = {part.part.sha256 for part in parts}
        for part in parts:
            self._notebook.keep(key_of_part(part, view, self._asking), data, files=files)

    def recall(self, part: Shown, at_hand: AtHand, view: View) -> "tuple[Section, Recalled] | None":
        """What is known of a part; from the parts ``at_hand`` the question is written again.

        A record that does not stand any more is forgotten, so that the next answer can be kept.
        """
        key = key_of_part(part, view, self._asking)
        data = self._notebook.recall(key)
        known = self._read(data, part, at_hand, view) if data is not None else None
        if data is not None and known is None:
            self._notebook.forget(key)
        return known

    def _read(self, data: bytes, part: Shown, at_hand: AtHand, view: View) -> "tuple[Section, Recalled] | None":
        record = read_record(data)
        if record is None or record.view is not view or Place.of(part) not in record.places:
            return None
        request = self._question(record, at_hand)
        if request is not None and prompt_digest(request) != record.prompt:
            return None
        names = tuple(place.name for place in record.places)
        reading = Reading(rules=self._rules, files=self._files, view=view, nonce=record.nonce, names=names)
        try:
            section = reading.section(reading.answer(record.answer), part)
        except InvalidAnswerError:
            return None
        if request is None and not _is_mild(section):
            return None
        return section, Recalled(record=record, request=request)

    def _question(self, record: Record, at_hand: AtHand) -> Request | None:
        """The very question of a record; ``None`` when it was also about what is not at hand."""
        parts = [at_hand[place] for place in record.places if place in at_hand]
        if len(parts) < len(record.places):
            return None
        return request_for(parts, self._rules, record.view, record.nonce)


def _is_mild(section: Section) -> bool:
    """Whether nothing was said against a part.

    What was said against it beside files that are not at hand is asked again: somebody may have put them there for
    that, and the words of the model may quote what is not for everybody to read.
    """
    return not (section.verified or section.discarded) and set(section.judgements.values()) <= {"none"}


class Recalled(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange from the notebook."""

    record: Record
    request: Request | None
    """The question, written again; ``None`` when it was also about files that are not at hand."""
