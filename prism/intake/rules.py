"""Every reason for which an archive or folder is refused, each with its page in the rule reference.

All of them are errors: intake has no doubts to leave to a person, only bytes it takes or does not take.
"""

from collections.abc import Mapping
from typing import Final

from prism.finding import Severity
from prism.rule import Rule

_AMBIGUOUS = "Two programs could read the same archive differently, so what was reviewed need not be what is run."
_REZIP = "Make the archive anew with an ordinary tool, for example `zip -r project.zip .` or `git archive`."

_SETTINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "archive-too-large": ("intake.archive_bytes",),
    "deep-path": ("intake.path_depth",),
    "excessive-compression": ("intake.compression_ratio",),
    "file-too-large": ("intake.file_bytes",),
    "long-name": ("intake.name_bytes", "intake.path_bytes"),
    "os-metadata": ("intake.os_metadata",),
    "root-folder": ("intake.root_folder",),
    "too-many-files": ("intake.files",),
    "total-too-large": ("intake.total_bytes",),
    "unsupported-type": ("intake.suffixes", "intake.bare_names"),
}
"""What in a policy decides whether a rule fires, by the rule's name."""


def _rule(name: str, title: str, why: str, example: str, instead: str, known_misses: str = "") -> Rule:
    return Rule(
        id=f"intake/{name}",
        title=title,
        severity=Severity.ERROR,
        why=why,
        example=example,
        instead=instead,
        known_misses=known_misses,
        settings=_SETTINGS.get(name, ()),
    )


# The archive as a whole

ARCHIVE_TOO_LARGE = _rule(
    "archive-too-large",
    "The archive is larger than the policy takes",
    "Reading a huge body costs memory and time before anything is known about it.",
    "A ZIP of 9 MiB where `intake.archive_bytes` is 8 MiB.",
    "Hand in source code only, without weights, data sets or environments.",
)
NOT_A_ZIP = _rule(
    "not-a-zip",
    "The bytes are not a ZIP archive",
    "Only ZIP archives are opened; a file without an end record is something else, or was cut short on its way.",
    "A `.tar.gz` renamed to `.zip`, an empty body, or half of a download.",
    "Make a ZIP archive and hand it in whole.",
)
AMBIGUOUS_END = _rule(
    "ambiguous-end-record",
    "End records are several or contradict each other",
    _AMBIGUOUS + " The end record says where the list of files is; with two of them there are two lists.",
    "An archive comment that contains a second end record.",
    _REZIP,
)
ZIP64_CONTRADICTION = _rule(
    "zip64-contradiction",
    "ZIP64 fields contradict the fields they extend",
    _AMBIGUOUS + " Readers differ in whether the 32-bit or the 64-bit field counts.",
    "A ZIP64 record with 5 entries behind an end record with 3.",
    _REZIP,
)
MULTI_DISK = _rule(
    "multi-disk",
    "The archive is a part of a split one",
    "A split archive is incomplete by itself, and no reader agrees with another on its parts.",
    "Disk number 1 in the end record.",
    "Hand in one unsplit archive.",
)
MALFORMED_RECORD = _rule(
    "malformed-record",
    "A record of the archive is damaged",
    _AMBIGUOUS + " A record with a wrong signature or length is read by guessing.",
    "An extra field that claims 40 bytes where 4 are left.",
    _REZIP,
)
UNACCOUNTED_BYTES = _rule(
    "unaccounted-bytes",
    "Bytes that no record describes",
    "Data before, between or after the entries is seen by nobody who lists the archive, and makes a file that is "
    "two formats at once possible.",
    "A shell script in front of the first entry.",
    _REZIP,
    "Archive and entry comments and extra fields of unknown kinds are described by records; they are not looked into "
    "and are no part of the snapshot.",
)
OVERLAPPING_ENTRIES = _rule(
    "overlapping-entries",
    "Entries share bytes",
    "Entries that overlap let a small archive unpack to petabytes, and hide one file inside another.",
    "Two entries with the same local header offset.",
    _REZIP,
)
EMPTY_ARCHIVE = _rule(
    "empty-archive",
    "There are no files",
    "Nothing can be reviewed or run.",
    "An archive of folders only.",
    "Hand in the project's files.",
)
ROOT_FOLDER = _rule(
    "root-folder",
    "One folder wraps everything, and the policy refuses that",
    "The policy wants the project's files at the root, so that paths in reports and imports are those of the author.",
    "`project/model.py` with `root_folder: refuse`.",
    "Zip the contents of the folder, not the folder: `cd project && zip -r ../project.zip .`",
)

# One entry's headers

HEADER_MISMATCH = _rule(
    "header-mismatch",
    "Local header and central directory disagree",
    _AMBIGUOUS + " A streaming reader believes the local header, others the central directory.",
    "A local header that says stored where the central directory says deflated.",
    _REZIP,
    "Times, the version needed and the level of deflate may differ: they decide nothing.",
)
NAME_MISMATCH = _rule(
    "name-mismatch",
    "An entry has several names",
    _AMBIGUOUS + " What is reviewed as `notes.txt` could be written as `model.py`.",
    "`a.py` in the central directory and `b.py` in the local header or in the Unicode path field.",
    _REZIP,
)
NAME_ENCODING = _rule(
    "name-encoding",
    "A name is not UTF-8",
    "Which character set such a name is in each reader guesses, and each gets another name.",
    "The byte 0xE9 alone in a name.",
    "Use ASCII names, or a tool that writes names as UTF-8.",
    "UTF-8 without the flag that says so is taken, because Info-ZIP and macOS write it; readers that go by the flag "
    "show such names in other letters.",
)
ENCRYPTED_ENTRY = _rule(
    "encrypted-entry",
    "An entry is encrypted",
    "What cannot be read cannot be reviewed.",
    "`zip -e project.zip model.py`",
    "Make the archive without a password.",
)
UNSUPPORTED_COMPRESSION = _rule(
    "unsupported-compression",
    "An entry is packed by another method than store or deflate, or needs another feature that is not read",
    "Each more method is a decoder more that faces hostile bytes; every tool can write these two. What asks for a "
    "newer version of the format than ZIP64's (4.5) is left out by some readers.",
    "`7z a -mm=LZMA project.zip model.py`",
    "Pack with deflate, the default of nearly all tools.",
)
SIZE_MISMATCH = _rule(
    "size-mismatch",
    "The data is longer or shorter than the headers say",
    _AMBIGUOUS + " A false size is also how an archive hides how far it unpacks.",
    "A header that says 10 bytes over data that unpacks to 10 MiB; stored data of unknown length that contains what "
    "ends it for a reader of a pipe.",
    _REZIP,
)
CHECKSUM_MISMATCH = _rule(
    "checksum-mismatch",
    "The data does not match its checksum",
    "The bytes are not those that the author packed: damaged on the way, or changed.",
    "One flipped bit in a stored file.",
    "Make the archive anew and hand it in again.",
)
DAMAGED_DATA = _rule(
    "damaged-data",
    "Packed data cannot be unpacked",
    "The compressed stream is not valid, so there is no file to review.",
    "Random bytes in place of a deflate stream.",
    "Make the archive anew and hand it in again.",
)
LINK_ENTRY = _rule(
    "link-entry",
    "A symbolic or hard link",
    "A link points at something that is not in the snapshot: a file of the machine that opens it, or a folder through "
    "which the next entry is written somewhere else.",
    "`ln -s /etc/passwd notes.txt`",
    "Put the file itself in place of the link (`zip` follows links by default, `cp -L` copies what they point at).",
)
SPECIAL_FILE = _rule(
    "special-file",
    "Neither a plain file nor a plain folder",
    "Devices, FIFOs and sockets block or act when they are opened; set-user-id and similar bits grant rights.",
    "An entry with the mode of a FIFO, or with the set-user-id bit.",
    "Hand in plain files; `chmod -R u-s,g-s,-t .` takes special bits off.",
)
FOLDER_WITH_DATA = _rule(
    "folder-with-data",
    "A folder entry that contains bytes",
    _AMBIGUOUS + " Some readers make a folder of it, others a file.",
    "An entry `src/` of 20 bytes.",
    _REZIP,
)

# Names

CONTROL_CHARACTER = _rule(
    "control-character",
    "A name with a control character",
    "A NUL cuts the name for some programs, a line break forges lines in logs, an escape sequence rewrites terminals.",
    "`model.py\\x00.txt` or `\\x1b[2J.py`",
    "Use letters, digits, `_` and `-` in names.",
)
INVISIBLE_CHARACTER = _rule(
    "invisible-character",
    "A name with an invisible or text-reordering character",
    "What a person sees is not the name: two files look the same, or `yp.txt` is shown where `txt.py` is meant.",
    "A name with U+202E (right-to-left override) or U+200B (zero width space).",
    "Use letters, digits, `_` and `-` in names.",
    "Letters of different scripts that look alike are not compared.",
)
ABSOLUTE_PATH = _rule(
    "absolute-path",
    "A name that starts at a root, a drive or a network share",
    "Unpacked, it lands outside the project's folder.",
    "`/etc/cron.d/job`, `C:\\\\model.py`, `//host/share/model.py`",
    "Zip from inside the project's folder, with relative names.",
)
PATH_TRAVERSAL = _rule(
    "path-traversal",
    "A name with `..`, `.` or an empty component",
    "`..` climbs out of the project's folder; `.` and empty components give one file several names.",
    "`../../home/user/.bashrc`, `a//b.py`",
    "Zip from inside the project's folder, with relative names.",
)
BACKSLASH = _rule(
    "backslash-name",
    "A name with a backslash",
    "It separates folders on one system and is a letter on another: one entry, two paths.",
    "`layers\\\\block.py`",
    "Use a tool that writes `/` between folders, as the format demands.",
)
TRAILING_DOT = _rule(
    "trailing-dot-or-space",
    "A name or folder that ends in a dot or a space",
    "Windows drops them, so that two entries become one file.",
    "`model.py.` or `src /model.py`",
    "Rename the file or folder.",
)
RESERVED_NAME = _rule(
    "reserved-name",
    "A name that Windows reserves, or with a character it does not allow",
    "`AUX` and its like are devices there, a colon opens a hidden stream of another file.",
    "`aux.py`, `model.py:hidden`",
    "Rename the file or folder.",
)
LONG_NAME = _rule(
    "long-name",
    "A name or path is longer than the policy takes",
    "File systems cut or refuse long names, each at another length.",
    "A file name of 200 letters where `intake.name_bytes` is 120.",
    "Use shorter names.",
)
DEEP_PATH = _rule(
    "deep-path",
    "Folders are nested deeper than the policy takes",
    "Deep trees cost every later step, and break tools that recurse.",
    "`a/a/a/a/a/a/a/a/a/a/a/a/model.py` where `intake.path_depth` is 12.",
    "Use a flatter layout.",
)
HIDDEN_NAME = _rule(
    "hidden-name",
    "A hidden file or folder",
    "Names that begin with a dot are left out of listings and reviews, and many tools read settings from them.",
    "`.git/config`, `.env`",
    "Leave hidden files out: `git archive -o project.zip HEAD`, or `zip -r project.zip . -x '.*' '*/.*'`.",
)
TOOL_LEFTOVER = _rule(
    "tool-leftover",
    "A folder that a tool made",
    "Caches and environments are not source code: nobody wrote them, nobody can review them.",
    "`__pycache__/model.cpython-311.pyc`, `venv/`",
    "Leave the folder out; it is made again when it is needed.",
)
OS_METADATA = _rule(
    "os-metadata",
    "Bookkeeping of macOS or `jar`, and the policy refuses it",
    "It is no part of the project, and can hold anything.",
    "`__MACOSX/._model.py`, `.DS_Store`, `META-INF/MANIFEST.MF`",
    "Zip on the command line: `zip -r -X project.zip . -x '*.DS_Store' '__MACOSX/*'`.",
)
DUPLICATE_NAME = _rule(
    "duplicate-name",
    "Two entries have the same name",
    _AMBIGUOUS + " One takes the first, the other the last.",
    "`model.py` twice.",
    _REZIP,
)
COLLIDING_NAME = _rule(
    "colliding-name",
    "Two names are equal on some file systems",
    "Where case or Unicode form does not matter one file replaces the other: the project differs from place to place.",
    "`Model.py` and `model.py`",
    "Rename one of them.",
)
FILE_AS_FOLDER = _rule(
    "file-as-folder",
    "A file where another entry needs a folder",
    "Both cannot exist; each reader keeps another one.",
    "`layers` and `layers/block.py`",
    "Rename one of them.",
)

# Contents

UNSUPPORTED_TYPE = _rule(
    "unsupported-type",
    "A file of a type that the policy does not take",
    "What is not source code or plain text cannot be reviewed.",
    "`weights.pt`, `module.so`, `MODEL.PY` (suffixes are taken in lower case only)",
    "Leave the file out. The policy's `intake.suffixes` and `intake.bare_names` list what is taken.",
)
NESTED_ARCHIVE = _rule(
    "nested-archive",
    "An archive inside the archive, whatever its name",
    "What is packed once more has not been looked at, and Python imports modules straight from ZIP files.",
    "A ZIP named `data.txt`.",
    "Hand in the files themselves.",
    "Archive formats without a mark of their own, and archives that are encoded as text (base64).",
)
DISGUISED_CONTENT = _rule(
    "disguised-content",
    "A program or pickle, whatever its name",
    "A file is what its bytes are: machine code under a text file's name is loaded all the same, and a pickle runs "
    "code when it is read.",
    "An ELF library named `notes.txt`, a pickle named `config.json`",
    "Hand in source code and plain text.",
    "Machine code without a header, and pickles behind other data or with numbers in odd notation.",
)
TEXT_ENCODING = _rule(
    "text-encoding",
    "A text file that is not plain UTF-8",
    "A reviewer and the Python interpreter must read the same characters: byte-order marks, NUL bytes, other encodings "
    "and encoding declarations make them differ.",
    "A UTF-16 file, a NUL byte, `# -*- coding: utf-7 -*-`",
    "Save the file as UTF-8 without a byte-order mark, and drop encoding declarations.",
)

# Limits

TOO_MANY_FILES = _rule(
    "too-many-files",
    "More files than the policy takes",
    "Every file costs every later step.",
    "1,001 files where `intake.files` is 1,000. Ignored files count; with folders there may be twice as many entries.",
    "Hand in the source files of the project only.",
)
FILE_TOO_LARGE = _rule(
    "file-too-large",
    "A file is larger than the policy takes",
    "Source code is small; a huge file is data, or an attack on whoever parses it.",
    "A file of 3 MiB where `intake.file_bytes` is 2 MiB.",
    "Leave the file out or split it.",
)
TOTAL_TOO_LARGE = _rule(
    "total-too-large",
    "All files together are larger than the policy takes",
    "Everything is kept in memory while it is reviewed.",
    "20 files of 1 MiB where `intake.total_bytes` is 16 MiB.",
    "Hand in source code only, without weights or data sets.",
)
EXCESSIVE_COMPRESSION = _rule(
    "excessive-compression",
    "An entry unpacks to far more than its packed size",
    "This is what an archive bomb looks like; source code packs about five to one.",
    "2 MiB of zeros in 2 KiB.",
    "Leave the file out, or make it at run time.",
)

# Folders of this machine

UNREADABLE_FILE = _rule(
    "unreadable-file",
    "A file or folder cannot be read",
    "What could not be read has not been reviewed.",
    "A file without read permission, or one that vanished meanwhile.",
    "Check that it exists, is a plain file or folder and may be read by this user.",
)

INTAKE_RULES = tuple(sorted((rule for rule in globals().values() if isinstance(rule, Rule)), key=lambda rule: rule.id))
"""Every rule of intake, by id."""
