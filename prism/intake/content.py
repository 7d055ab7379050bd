"""Judges what a file's bytes are, whatever its name says: archives, programs and pickles are found by their marks."""

import itertools
import re
from collections.abc import Iterator

from prism.intake.names import suffix
from prism.intake.refusal import refused
from prism.intake.rules import DISGUISED_CONTENT, NESTED_ARCHIVE, TEXT_ENCODING

TEXT_SUFFIXES = frozenset(
    (
        "",  # names without a suffix that a policy takes: LICENSE, README
        *(".py", ".pyi", ".pyw", ".md", ".rst", ".txt", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".ini", ".cfg"),
        *(".conf", ".csv", ".tsv", ".xml", ".html", ".htm", ".css", ".svg", ".js", ".ts", ".sh", ".sql", ".ipynb"),
        *(".tex", ".bib", ".log", ".c", ".h", ".cc", ".cpp", ".cu", ".rs", ".go", ".java", ".proto", ".lock"),
    )
)
"""Suffixes of text files, which must be UTF-8. Others that a policy takes are data: any bytes but what is refused
under every name."""

_PYTHON_SUFFIXES = frozenset({".py", ".pyi", ".pyw"})

# Marks are long enough, or look at enough bytes, not to be met by chance in a policy's data files, such as the eight
# bytes of length that a safetensors file begins with.
_ARCHIVE_MARKS = (
    *((b"PK\x03\x04", "ZIP"), (b"PK\x05\x06", "ZIP"), (b"PK\x07\x08", "ZIP"), (b"\x1f\x8b\x08", "gzip")),
    *((b"\xfd7zXZ\x00", "xz"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"Rar!\x1a\x07", "RAR")),
    *((b"\x28\xb5\x2f\xfd", "Zstandard"), (b"\x04\x22\x4d\x18", "LZ4"), (b"LZIP\x01", "lzip")),
    *((b"]\x00\x00\x80\x00", "LZMA"), (b"MSCF\x00\x00\x00\x00", "cabinet"), (b"!<arch>\n", "ar"), (b"xar!\x00", "xar")),
)
_ARCHIVE_PATTERNS = (
    (re.compile(rb"BZh[1-9](1AY&SY|\x17\x72\x45\x38\x50\x90)"), "bzip2"),
    (re.compile(rb"\x1f\x9d[\x89-\x90]"), "compress"),
    (re.compile(rb"07070[12][0-9A-Fa-f]{104}"), "cpio"),
    (re.compile(rb"070707[0-7]{70}"), "cpio"),
)
_PROGRAM_MARKS = (
    *((b"\x7fELF", "an ELF program"), (b"\0asm", "a WebAssembly module"), (b"\x1bLua", "a Lua program")),
    *((b"\xca\xfe\xba\xbe", "a Mach-O program or Java class"), (b"\xce\xfa\xed\xfe", "a Mach-O program")),
    *((b"\xcf\xfa\xed\xfe", "a Mach-O program"), (b"\xfe\xed\xfa\xce", "a Mach-O program")),
    *((b"\xfe\xed\xfa\xcf", "a Mach-O program"), (b"BC\xc0\xde", "LLVM bitcode"), (b"dex\n03", "an Android program")),
)
_COMPILED_PYTHON = re.compile(rb"..\r\n[\x00-\x03]\x00\x00\x00", re.DOTALL)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TAR_HEADER = 512
_ZIP_END = b"PK\x05\x06"
_ZIP_END_SIZE = 22
_MAX_COMMENT = 0xFFFF

# A text pickle looks like text. It counts as one when it names what to import or fills the memo, as all of them do
# that hold more than a number, and reads to its end; or when it has called something, because that happens on the way.
_PICKLE_OPCODES = 20_000
_PICKLE_MEMO = frozenset({"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"})
_PICKLE_IMPORTS = frozenset({"GLOBAL", "INST"})
_PICKLE_CALLS = (
    *({"GLOBAL", "MARK", "TUPLE", "REDUCE"}, {"GLOBAL", "EMPTY_TUPLE", "REDUCE"}),
    *({"GLOBAL", "MARK", "STRING", "OBJ"}, {"MARK", "STRING", "INST"}, {"MARK", "UNICODE", "INST"}),
)
_IMPORTED_NAME = re.compile(r"[A-Za-z_][\w.]* [A-Za-z_][\w.]*")
_OPCODES = frozenset(b"().012BCFGIJKLMNPQRSTUVX]abcdeghijlopqrstu}" + bytes(range(0x80, 0x99)))
_TEXT_PAIRS = 1_000
_TWO_LINES = re.compile(rb"[ci][^\n]*\n[^\n]*\n")
# Two lines that name what to import. A match begins at the beginning of a word only, so the search is linear.
_IMPORT_LINES = re.compile(rb"(?<![\w.])(?=[\w.]+\n[A-Za-z_][\w.]*\n)[\w.]*[ci][A-Za-z_]")

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(#|$)")
_UTF8_NAMES = frozenset({"utf-8", "utf8", "u8", "ascii", "us-ascii"})


def check_content(path: str, data: bytes) -> None:
    """Refuse bytes that are not what the file's name says."""
    check_unpacked_again(path, data)
    kind = suffix(path.rpartition("/")[2])
    if kind not in TEXT_SUFFIXES:
        return
    problem = _encoding_problem(data) or (_declared_encoding(data) if kind in _PYTHON_SUFFIXES else "")
    if problem:
        raise refused(TEXT_ENCODING, problem, name=path)


def check_unpacked_again(path: str, data: bytes) -> None:
    """Refuse bytes that are an archive, a program or a pickle, under whatever name."""
    archive = archive_kind(data)
    if archive:
        raise refused(NESTED_ARCHIVE, f"The file is an archive: {archive}.", name=path)
    program = program_kind(data)
    if program:
        raise refused(DISGUISED_CONTENT, f"The file is {program}.", name=path)


def archive_kind(data: bytes) -> str:
    """What kind of archive the bytes are, or nothing."""
    marked = next((kind for mark, kind in _ARCHIVE_MARKS if data.startswith(mark)), "")
    matched = next((kind for pattern, kind in _ARCHIVE_PATTERNS if pattern.match(data)), "")
    return marked or matched or ("ZIP behind other data" if _ends_as_zip(data) else "tar" if _is_tar(data) else "")


def program_kind(data: bytes) -> str:
    """What kind of program the bytes are, or nothing."""
    marked = next((kind for mark, kind in _PROGRAM_MARKS if data.startswith(mark)), "")
    if marked:
        return marked
    if _is_windows_program(data):
        return "a Windows program"
    if _COMPILED_PYTHON.match(data):
        return "compiled Python"
    return "a pickle" if not begins_as_text(data) and reads_as_pickle(data) else ""


def _ends_as_zip(data: bytes) -> bool:
    """Whether the file ends in an end record: Python imports from such a file whatever stands in front."""
    last = len(data) - _ZIP_END_SIZE
    return data.find(_ZIP_END, max(0, last - _MAX_COMMENT), max(0, last + len(_ZIP_END))) != -1


def _is_windows_program(data: bytes) -> bool:
    place = int.from_bytes(data[60:64], "little")
    return data.startswith(b"MZ") and data[place : place + 4] == b"PE\0\0"


def _is_tar(data: bytes) -> bool:
    """Whether the first block is a tar header, by its checksum: the oldest form has no other mark."""
    header = data[:_TAR_HEADER]
    field = header[148:156].strip(b"\0 ")
    if len(header) < _TAR_HEADER or not re.fullmatch(rb"[0-7]{1,7}", field):
        return False
    return int(field, 8) == sum(header[:148]) + 8 * ord(" ") + sum(header[156:])


def begins_as_text(data: bytes) -> bool:
    """Whether the bytes stop being a pickle before it could do anything; spares nearly all source code a closer look.

    ``import`` and ``class`` begin with opcodes that name something to import on two lines; mostly the lines name
    nothing, and what follows begins with no opcode.
    """
    place = 0
    for _ in range(_TEXT_PAIRS):
        lines = _TWO_LINES.match(data, place)
        if lines is None:
            return place < len(data) and data[place] not in _OPCODES
        named = lines[0][1:-1].replace(b"\n", b" ").decode("ascii", "replace")
        if "\\" in named or _IMPORTED_NAME.fullmatch(named):
            break
        place = lines.end()
    return False


def reads_as_pickle(data: bytes) -> bool:
    """Whether the bytes read as a pickle from the first one on; nothing of it is carried out."""
    names: set[str] = set()
    end = 0
    try:
        for name, argument, position in _pickle_opcodes(data):
            is_noise = name in _PICKLE_IMPORTS and not _IMPORTED_NAME.fullmatch(str(argument))
            names.add("" if is_noise else name)
            end = position + 1
    except Exception:  # noqa: BLE001 - there is no list of what bytes that are no pickle raise
        return _calls(names)
    if "PROTO" in names or _calls(names):
        return True
    is_filled = bool(names & (_PICKLE_MEMO | _PICKLE_IMPORTS))
    if "STOP" in names:
        return is_filled and not data[end:].strip()
    return is_filled or _IMPORT_LINES.search(data) is not None


def _calls(opcodes: set[str]) -> bool:
    return any(call <= opcodes for call in _PICKLE_CALLS)


def _pickle_opcodes(data: bytes) -> Iterator[tuple[str, object, int]]:
    """Name, argument and position of the first opcodes. Warnings about odd escapes are nobody's business here."""
    import pickletools  # nosec B403 - lists opcodes, carries none of them out
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for opcode, argument, position in itertools.islice(pickletools.genops(data), _PICKLE_OPCODES):
            yield opcode.name, argument, position or 0


def _encoding_problem(data: bytes) -> str:
    if data.startswith(_BYTE_ORDER_MARKS):
        return "The file begins with a byte-order mark."
    position = data.find(0)
    if position != -1:
        return f"The file has a NUL byte at offset {position}."
    if data.isascii():  # nearly all source code is, and asking costs a tenth of decoding
        return ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"The file is not UTF-8: byte 0x{data[error.start]:02X} at offset {error.start}."
    return ""


def _declared_encoding(data: bytes) -> str:
    """What is wrong with the encoding that a Python file declares in one of its first two lines, where Python looks."""
    lines = re.split(rb"\r\n|\r|\n", data, maxsplit=2)[:2]
    for line in lines:
        declared = _COOKIE.match(line)
        if declared:
            name = declared[1].decode("ascii", "replace")
            is_utf8 = name.lower().replace("_", "-") in _UTF8_NAMES
            return "" if is_utf8 else f"The file declares the encoding `{name[:40]}`."
        if not _BLANK.match(line):
            break
    return ""
