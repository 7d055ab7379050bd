"""A project whose every text tries to be more than text, and its marks in a page if one of them succeeds."""

import io
import zipfile
from collections.abc import Mapping

from tests.similarity.original import ORIGINAL

SCRIPT = "<script>alert('run')</script>"
IMAGE = '"><img src=x onerror="alert(1)">'
ATTEMPTS = (
    SCRIPT,
    IMAGE,
    "</code></td></tr></table><svg onload=alert(2)>",
    '\'><iframe srcdoc="<script>alert(3)</script>"></iframe>',
    "<style>@import 'http://127.0.0.1:9/x.css';body{display:none}</style>",
    "<link rel=stylesheet href=http://127.0.0.1:9/y.css>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/z'>",
    "<form action=http://127.0.0.1:9/steal><button id=stolen>Approve</button></form>",
    "<base href=http://127.0.0.1:9/>",
    '<a href="javascript:alert(4)">click</a>',
    "&lt;script&gt;alert(5)&lt;/script&gt;",
    "<!--",
    "]]>",
    "</textarea><script>alert(6)</script>",
    "{{7*7}}${7*7}<%= 7*7 %>",
)
FILE_NAME = 'evil<img src=x onerror=alert(9)>".zip'
HOTKEY = "<script>alert('hotkey')</script>"
PATH = "sub/' onfocus=alert(8) autofocus &quot; &#60;b&#62;.py"
REFUSED_PATH = "<img src=x onerror=alert(8)>.py"
MODEL = f"""import torch


def build_model(ctx):
    return torch.nn.Linear(256, 256)


def get_recipe(ctx):
    return {{}}


NOTE = {SCRIPT!r} + {IMAGE!r}  # {ATTEMPTS[2]}


def configure_optimiser(model, recipe, ctx):
    return {SCRIPT!r}
"""
"""Held: a function that nothing calls has nearly the name of one that is called."""


SPOKEN = f'"""{SCRIPT}{ATTEMPTS[7]}"""'


def held(note: str) -> bytes:
    """A project that is held, and kept."""
    attempts = "\n".join(f"# {each}" for each in ATTEMPTS)
    return archive_of(
        {"model.py": MODEL, "attempts.py": attempts, PATH: f"NAME = {IMAGE!r}\n", "README.md": f"# {note}\n"}
    )


def original() -> bytes:
    """A project that others copy; its author has hostile thoughts as well."""
    return archive_of({"model.py": MODEL + ORIGINAL.replace('"""Angles by position."""', SPOKEN), "README.md": "# o\n"})


def copied() -> bytes:
    """The same with other names."""
    code = MODEL + ORIGINAL.replace("Rotary", "Turning").replace("weights", "shares").replace("inverse", "reverse")
    return archive_of({"model.py": code, "README.md": "# mine\n"})


def rejected() -> bytes:
    """A project that is refused for the name of a file."""
    return archive_of({"model.py": MODEL, REFUSED_PATH: "", "README.md": "# rejected\n"})


def hidden() -> bytes:
    """A project that is rejected for what cannot be seen in its text."""
    return archive_of({"model.py": f"{MODEL}\n# \x1b[31m\u202e{SCRIPT}\u202c \x9b2J\x7f\n", "README.md": "# hidden\n"})


def archive_of(files: Mapping[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for path, text in files.items():
            target.writestr(zipfile.ZipInfo(path), text)
    return stream.getvalue()
