"""The review of a file's text, as opposed to its names: where what a reader sees is not what Python runs."""

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from prism.finding import Finding
from prism.project import SourceFile
from prism_safety.encoding import declared_otherwise
from prism_safety.encoding_versions import version_dependent
from prism_safety.obfuscation_escapes import escaped_letters
from prism_safety.obfuscation_invisible import unseen_characters
from prism_safety.obfuscation_layout import hidden_code
from prism_safety.obfuscation_names import confusable_names
from prism_safety.obfuscation_nodes import Kinds
from prism_safety.obfuscation_payloads import disguised_constants
from prism_safety.obfuscation_rules import ENCODED_PAYLOAD
from prism_safety.obfuscation_scrambling import scrambled_texts
from prism_safety.obfuscation_text import SourceText, Suspicion
from prism_safety.report import MAX_OF_ONE_RULE
from prism_safety.settings import Settings
from prism_safety.type_comments import type_comments


def text_findings(
    file: SourceFile, nodes: Sequence[ast.AST], settings: Settings, reported: Collection[Finding] = ()
) -> Iterator[Finding]:
    """What is wrong with the text of a file that parses, at most one finding a line and rule.

    ``nodes`` are all of its tree. ``reported`` is what is known to be wrong already: a disguise in a line whose
    effect is known is no finding of its own.
    """
    seen: set[tuple[str, int]] = set()
    seen |= {(ENCODED_PAYLOAD.id, found.line) for found in reported if found.line is not None}
    counts: Counter[str] = Counter()
    for suspicion in _suspicions(file, nodes, settings):
        rule, line = suspicion.rule, suspicion.span.line
        if (rule.id, line) in seen or counts[rule.id] >= MAX_OF_ONE_RULE:
            continue
        seen.add((rule.id, line))
        counts[rule.id] += 1
        yield rule.finding(suspicion.says, file=file, span=suspicion.span)


def _suspicions(file: SourceFile, nodes: Sequence[ast.AST], settings: Settings) -> Iterator[Suspicion]:
    source = SourceText(file)
    kinds = Kinds(nodes)
    alone = kinds.alone
    looks: tuple[Iterable[Suspicion], ...] = (
        declared_otherwise(source),
        version_dependent(source, settings.python),
        unseen_characters(source, alone),
        confusable_names(source),
        hidden_code(source, settings.longest_line),
        escaped_letters(source),
        type_comments(source),
    )
    for look in looks:
        yield from look
    for node, says in (*disguised_constants(kinds), *scrambled_texts(source, kinds)):
        yield Suspicion(ENCODED_PAYLOAD, file.span(node), says)
