"""The rules about text: what a reviewer sees is not what Python runs. As data, like the other rules."""

from prism.finding import Severity
from prism.rule import Rule

CONFUSABLE_IDENTIFIER = Rule(
    id="safety/confusable-identifier",
    title="Name that looks like another one",
    severity=Severity.ERROR,
    why=(
        "Python turns compatibility letters into plain ones before it looks a name up, and letters of other alphabets "
        "can look exactly like Latin ones. A reader then takes one name for another."
    ),
    example="\N{FULLWIDTH LATIN SMALL LETTER A}bs(1)",
    instead=(
        "Write the name with letters of one alphabet, in the form that Python uses. Greek names and names in your "
        "own script are fine."
    ),
    known_misses="Names inside string constants, and look-alikes inside one alphabet, such as `l` and `1`.",
)

INVISIBLE_CHARACTER = Rule(
    id="safety/invisible-character",
    title="Character that hides or reorders what is shown",
    severity=Severity.ERROR,
    why=(
        "Bidirectional controls make a line look different from what Python reads; characters without a width make two "
        "different names or texts look the same, or carry data that nobody sees."
    ),
    example="GREETING = 'a\N{ZERO WIDTH SPACE}b'",
    instead="Delete the character, or write it as an escape such as `\\u200b` where a text needs it.",
    known_misses=(
        "Characters without a width in comments and docstrings, where they change nothing, and the joiners that emoji "
        "and some scripts need beside a letter of theirs, are not reported."
    ),
)

ENCODED_PAYLOAD = Rule(
    id="safety/encoded-payload",
    title="Data that hides what it is",
    severity=Severity.ERROR,
    why=(
        "Text that is stored encoded, escaped, scrambled or split up cannot be reviewed. Honest models hold shapes and "
        "numbers; what is stored this way is mostly code or data that should not be seen."
    ),
    example="KEY = 'aW1wb3J0IG9zO29zLnN5c3RlbSgiaWQiKQ=='",
    instead="Write texts and tables out in plain form; learned numbers belong into training, not into the source.",
    known_misses="Short encoded texts that hold no word of code, and encodings of the author's own in plain words.",
)

HIDDEN_CODE = Rule(
    id="safety/hidden-code",
    title="Code where a reader does not look",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.longest_line",),
    why=(
        "Code far to the right, on a line without end, or behind a control character that a viewer takes for a line's "
        "end or for a command to the terminal, is run but not seen."
    ),
    example="x = 1" + " " * 120 + "; y = 2",
    instead="Break lines at 120 columns, one statement a line, and write control characters as escapes.",
    known_misses="Long texts inside string constants are not measured.",
)

ODD_ENCODING = Rule(
    id="safety/odd-encoding",
    title="File that is not plain UTF-8",
    severity=Severity.ERROR,
    why=(
        "Python decodes a file as its first lines ask for. Under another encoding the same bytes are another program "
        "than the one that was reviewed."
    ),
    example="# coding: latin-1",
    instead="Save the file as UTF-8 without a byte-order mark, and delete the line that declares an encoding.",
)

VERSION_DEPENDENT_SYNTAX = Rule(
    id="safety/version-dependent-syntax",
    title="Syntax that the evaluator's Python reads differently or not at all",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.python",),
    why="What is reviewed must be what runs, and Python versions do not read all texts alike.",
    example="from __future__ import barry_as_FLUFL",
    instead="Write it so that every Python from the evaluator's version on reads it alike.",
    known_misses=(
        "Syntax newer than the Python that PRISM runs on is refused as `project/unparsable`, whatever the evaluator's "
        "version is: run PRISM on the evaluator's Python."
    ),
)

OBFUSCATION_RULES = (
    CONFUSABLE_IDENTIFIER,
    INVISIBLE_CHARACTER,
    ENCODED_PAYLOAD,
    HIDDEN_CODE,
    ODD_ENCODING,
    VERSION_DEPENDENT_SYNTAX,
)
