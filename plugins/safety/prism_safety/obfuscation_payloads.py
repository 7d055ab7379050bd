"""Constants that hide what they are: encoded code, random-looking texts, whole or in pieces, numbers that spell code.

Constants are judged by their values, so that it does not matter how they are written down. Strings that stand alone,
docstrings first of all, hold digests, links and sample output, and change nothing.
"""

import ast
import base64
import functools
import re
from collections.abc import Iterator

from prism_safety.obfuscation_nodes import Kinds

_ROT13 = str.maketrans({chr(base + n): chr(base + (n + 13) % 26) for base in (ord("A"), ord("a")) for n in range(26)})
_CODE_WORDS = ("import ", "__import__", "eval(", "exec(", "os.system", "subprocess", "builtins", "globals(", "getattr(")
_SHORT_WORDS = ("eval", "exec", "__globals__", "__class__", "compile", "os.popen", "system", "/etc/", "/bin/", "socket")
_LONG = 60
_LONG_TEXT = re.compile(rf"[!-~]{{{_LONG},}}")
_WORD_RUNS = re.compile(r"[a-z]{4,}|[A-Z]{4,}|(.)\1{3,}")
_ENTRY = re.compile(r"[\w+/=.!#$%&()*;<>?@^`{|}~-]{2,200}", re.ASCII)
_LOWER, _UPPER, _DIGITS = re.compile("[a-z]+"), re.compile("[A-Z]+"), re.compile("[0-9]+")
_HEX = re.compile(r"[0-9a-fA-F]+")
_DIGEST_LENGTHS = frozenset({64, 96, 128})
_HEX_WORD = re.compile(r"[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8}|[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
"""Colours and digests, of which honest code has tables."""
_MIN_TABLE_ENTRIES = 4
_MIN_TABLE_LENGTH = 60
_MIN_CODES = 4
_MIN_UNPRINTABLE = 0x7F
_MAX_BITS = 256
_MIN_BINARY = 48
_SHARE_OF_BINARY = 0.25
_SHARE_OF_WORDS = 0.25
_SHARE_OF_LETTERS = 0.15
_SHARE_OF_DIGITS = 0.03
_SHARE_OF_NEW = 0.85
_ENOUGH = 250


def disguised_constants(kinds: Kinds) -> Iterator[tuple[ast.AST, str]]:
    """Constants and tables of constants that hold something else than they show, each with what is wrong with it."""
    texts = [node for node in kinds.constants if isinstance(node.value, str) and node not in kinds.alone]
    for node in kinds.constants:
        if isinstance(node.value, int | bytes):
            yield from _judged_number_or_bytes(node)
    for table in kinds.tables:
        yield from _judged_table(table)
    yield from _encoded_words(texts)
    for text in texts:
        value = str(text.value)
        if len(value) >= _LONG and any(looks_random(match[0]) for match in _LONG_TEXT.finditer(value)):
            yield text, "This text looks random: encoded, compressed or encrypted data."


def _judged_number_or_bytes(node: ast.Constant) -> Iterator[tuple[ast.AST, str]]:
    value = node.value
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        yield node, "A number this long is no quantity: it holds encoded data."
    if isinstance(value, bytes) and len(value) >= _MIN_BINARY:
        odd = sum(byte > ord("~") or byte < ord("\t") for byte in value)
        text = value.decode("latin-1")
        if odd > len(value) * _SHARE_OF_BINARY and value != bytes(sorted(value)):
            yield node, "These bytes are data that nobody can read."
        elif any(looks_random(match[0]) for match in _LONG_TEXT.finditer(text)) or _disguise(text):
            yield node, "These bytes look random: encoded, compressed or encrypted data."


def _judged_table(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    entries = [entry.value for entry in _entries(node) if isinstance(entry, ast.Constant)]
    if len(entries) < _MIN_TABLE_ENTRIES:
        return
    codes = [entry for entry in entries if isinstance(entry, int)]
    if len(codes) >= _MIN_CODES and _spells_code(codes):
        yield node, "These numbers are the characters of a piece of code."
    texts = [entry for entry in entries if isinstance(entry, str) and _ENTRY.fullmatch(entry)]
    texts = [text for text in texts if not _HEX_WORD.fullmatch(text)]
    joined = "".join(texts)
    if len(texts) >= _MIN_TABLE_ENTRIES and len(joined) >= _MIN_TABLE_LENGTH and looks_random(joined):
        yield node, "This table of texts, put together, looks random: encoded data in pieces."


def _entries(node: ast.AST) -> list[ast.expr]:
    """What a display holds in order; of a sum what it adds, from its end on."""
    match node:
        case ast.List(elts=entries) | ast.Tuple(elts=entries) | ast.Set(elts=entries):
            return entries
        case ast.Dict(values=entries):
            return entries
        case ast.BinOp(op=ast.Add(), right=ast.Constant(value=str())):
            return _addends(node)
    return []


def _addends(node: ast.AST) -> list[ast.expr]:
    addends: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and len(addends) < _MAX_BITS:
        addends.append(node.right)
        node = node.left
    return [*([node] if isinstance(node, ast.expr) else []), *reversed(addends)]


def looks_random(text: str) -> bool:
    """Whether a text is such as encoding or compression makes: letters and digits mixed without words."""
    if len(text) in _DIGEST_LENGTHS and _HEX.fullmatch(text):
        return False
    if sum(len(run[0]) for run in _WORD_RUNS.finditer(text)) > len(text) * _SHARE_OF_WORDS:
        return False
    beginning = text[:_ENOUGH]
    if len({beginning[place : place + 3] for place in range(len(beginning) - 2)}) < len(beginning) * _SHARE_OF_NEW:
        return False  # the same pieces again and again, as in a table of names
    lower, upper, digits = (len(text) - len(letters.sub("", text)) for letters in (_LOWER, _UPPER, _DIGITS))
    if _HEX.fullmatch(text):
        return min(lower + upper, digits) > len(text) * _SHARE_OF_LETTERS
    return min(lower, upper) > len(text) * _SHARE_OF_LETTERS and digits > len(text) * _SHARE_OF_DIGITS


def _spells_code(codes: list[int]) -> bool:
    text = "".join(chr(code) for code in codes if 0 < code < _MIN_UNPRINTABLE)
    return any(word in text or word[::-1] in text for word in (*_CODE_WORDS, *_SHORT_WORDS))


@functools.cache
def _disguises() -> tuple[tuple[str, str], ...]:
    """How words of code look encoded, and the encoding's name."""
    found: dict[str, str] = {}
    for word in (*_CODE_WORDS, *_SHORT_WORDS):
        found |= dict.fromkeys(_base64_forms(word), "base64")
        found[word.encode().hex()] = "hexadecimal"
    for word in _CODE_WORDS:
        found[word[::-1]] = "reversed"
        found[word.translate(_ROT13)] = "rot13"
    return tuple(found.items())


def _base64_forms(word: str) -> Iterator[str]:
    """The characters that a word gives in base64 whatever stands before and behind it, at each of three offsets."""
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + word.encode()).decode()
        form = whole[(0, 2, 3)[offset] : (8 * (offset + len(word))) // 6]
        if len(form) > len("eval"):
            yield form


def _disguise(text: str) -> str:
    """The encoding in which a text holds a word of code; empty when there is none."""
    folded = text.lower()
    return next(
        (name for form, name in _disguises() if form in (folded if name == "hexadecimal" else text)),
        "",
    )


def _encoded_words(texts: list[ast.Constant]) -> Iterator[tuple[ast.AST, str]]:
    """Texts with words of code in disguise: all are searched at once, because mostly there are none."""
    if _disguise("\0".join(str(text.value) for text in texts)):
        for text in texts:
            encoding = _disguise(str(text.value))
            if encoding:
                yield text, f"The text holds code in disguise ({encoding})."
