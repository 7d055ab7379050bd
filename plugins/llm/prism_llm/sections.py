"""What a model said of one part in one view, and what is left of it after a look at the source."""

from collections.abc import Mapping, Sequence

import msgspec

from prism_llm.answer import Answer, Level, answer_in
from prism_llm.asked import AskedRule
from prism_llm.evidence import Discarded, Verified, weigh
from prism_llm.material import FileMaterial
from prism_llm.prompt import Marks
from prism_llm.views import Shown, View


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One part judged in one view."""

    part: Shown
    view: View
    judgements: Mapping[str, Level]
    """By rule id."""
    verified: tuple[Verified, ...]
    discarded: tuple[Discarded, ...]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How an answer is to be read: which question it belongs to."""

    rules: Sequence[AskedRule]
    files: Mapping[str, FileMaterial]
    view: View
    nonce: str
    names: tuple[str, ...]
    """What the files were called in the question, in the order in which they came."""

    def answer(self, text: str) -> Answer:
        """The answer in a text.

        Raises:
            InvalidAnswerError: it counts as none.
        """
        rules = {rule.id for rule in self.rules}
        return answer_in(text, canary=Marks.of(self.nonce).canary, paths=set(self.names), rules=rules)

    def section(self, answer: Answer, part: Shown) -> Section:
        """What the answer says of one part. Accusations of what nobody showed are counted with the first one."""
        is_first = part.path == self.names[0]
        own = [
            each for each in answer.accusations if each.path == part.path or (is_first and each.path not in self.names)
        ]
        verified, discarded = weigh(own, part, self.files[part.part.path], self.view, Marks.of(self.nonce))
        judgements = {each.rule: each.judgement for each in answer.judgements if each.path == part.path}
        return Section(part=part, view=self.view, judgements=judgements, verified=verified, discarded=discarded)
