"""Every rule of the similarity plugin, each named for what is bad."""

from typing import Final

from prism.finding import Severity
from prism.rule import Rule

DUPLICATE: Final = Rule(
    id="similarity/duplicate",
    title="The same project was handed in before",
    severity=Severity.ERROR,
    why="Rewarding a project twice rewards whoever copies. The files are the same, or become the same once names, "
    "comments, layout and the order of definitions are taken away.",
    example="An earlier submission with every variable renamed.",
    instead="Hand in work of your own.",
    is_likeness=True,
)
COPIED: Final = Rule(
    id="similarity/copied",
    title="Most of the project stands in an earlier submission",
    severity=Severity.ERROR,
    settings=("plugins.similarity.settings.reject", "plugins.similarity.settings.evidence_lines"),
    why="More than half of what the project computes is somebody else's earlier work, in stretches too long and too "
    "unusual to be chance.",
    example="An earlier submission with loops rewritten, branches turned round and unused code added.",
    instead="Hand in work of your own; what everybody may build on is among the reference code of the competition.",
    known_misses="Code rewritten so far that no eight operations in a row are left of it.",
    is_likeness=True,
)
PARTIAL_COPY: Final = Rule(
    id="similarity/partial-copy",
    title="A part of the project stands in an earlier submission",
    severity=Severity.ERROR,
    settings=("plugins.similarity.settings.reject", "plugins.similarity.settings.evidence_lines"),
    why="A part is copied as easily as a whole, and hidden more easily among code of one's own.",
    example="One class of an earlier submission, renamed, in another model's file.",
    instead="Write that part yourself, or leave it out.",
    known_misses="Parts that compute next to nothing, such as a class of plain getters.",
    is_likeness=True,
)
SUSPECTED: Final = Rule(
    id="similarity/suspected",
    title="The project resembles an earlier submission",
    severity=Severity.WARNING,
    settings=("plugins.similarity.settings.hold",),
    why="More is alike than is usual among independent projects, and less than would settle it. A person looks at the "
    "lines and decides.",
    example="A model that follows the same paper as an earlier submission, nearly line by line.",
    instead="Wait for the operator's decision; say where the resemblance comes from if you are asked.",
    known_misses="See the rules about copies.",
    is_likeness=True,
)
NOT_COMPARED: Final = Rule(
    id="similarity/not-compared",
    title="The project has more code than is compared",
    severity=Severity.WARNING,
    settings=("plugins.similarity.settings.max_tokens",),
    why="What is not compared could be copied from anywhere, so a person has to look at it.",
    example="Tens of thousands of generated lines.",
    instead="Leave generated code out; write loops instead of their results.",
)
CROWDED_INDEX: Final = Rule(
    id="similarity/crowded-index",
    title="The index holds more likenesses than are looked at",
    severity=Severity.NOTE,
    why="Units that very many submissions have are looked up among the oldest ones only. Somebody who hands in great "
    "numbers of like units could try to hide a copy behind them, so it is recorded.",
    example="The thousandth submission of an unchanged template.",
    instead="Nothing. The operator can add the template to a reference set.",
)
RULES: Final = (DUPLICATE, COPIED, PARTIAL_COPY, SUSPECTED, NOT_COMPARED, CROWDED_INDEX)
