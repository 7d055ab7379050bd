"""Projects that are odd in one way each: what a plugin will meet some day, and must not be surprised by.

None of them does harm. They are made here and not kept as files, because many could not be kept by every checkout.
"""

from collections.abc import Iterator, Mapping
from typing import Final

Files = Mapping[str, bytes]

_LINES: Final = {
    "empty file": b"",
    "one line feed": b"\n",
    "only a comment": b"# nothing\n",
    "only a docstring": b'"""Nothing."""\n',
    "no line feed at the end": b"x = 1",
    "byte order mark": b"\xef\xbb\xbfx = 1\n",
    "carriage returns and line feeds": b"x = 1\r\ny = 2\r\n\r\ndef f():\r\n    return x\r\n",
    "carriage returns alone": b"x = 1\ry = 2\rdef f():\r    return x\r",
    "mixed line endings": b"x = 1\r\ny = 2\rz = 3\n",
    "form feeds": b"x = 1\n\x0c\ndef f():\n\x0c    return 1\n",
    "other line separators in a text": "x = '\u2028 \u2029 \x85 \x1c'\ny = x\n".encode(),
    "tabs": b"def f():\n\tif True:\n\t\treturn 1\n",
    "continued lines": b"x = 1 + \\\n    2\nassert x, \\\n  'no'\n",
    "statements on one line": b"x = 1; y = 2; z = x + y\n",
    "lone surrogates": b"x = '\\ud800'\ny = '\\udfff\\ud800'\nz = {x: y}\n",
    "a NUL written as an escape": b"x = '\\0'\ny = b'\\x00'\n",
    "text beyond the first plane": "x = '\U0001f600' ; y = '\U00010348'\n".encode(),
    "text from right to left": "x = '\u202e\u2066 abc \u2069' # \u202e\n".encode(),
    "identifiers of other alphabets": "größe = 1\n名 = größe\n\U0001d431 = 名\nµ = 2\n".encode(),
    "a coding cookie": b"# -*- coding: latin-1 -*-\nx = 'a'\n",
    "very large and odd numbers": b"x = 10 ** 4000\ny = 1e999\nz = 1e400j\nw = 0x" + b"f" * 3000 + b"\n",
    "a whole number with too many digits": b"x = " + b"9" * 5000 + b"\n",
    "names with underscores only": b"_ = 1\n__ = _\n___ = lambda __, *_: (__, _)\n",
    "every way to delete": b"x = [1, 2]\ndel x[0]\ndel (x)\n(y, z) = 1, 2\ndel y, z\n",
    "stars": b"a, *b = 1, 2, 3\n[*c] = b\nprint(*a, *b, **{})\nd = {**{}, 'x': 1}\n",
    "assignments in expressions": b"if (n := 1) and [m := n for _ in [1]]:\n    pass\n",
    "nested f-strings": b"x = 1\ny = f'{x!r:>{x}} {f\"{x}\"} {{}} {x=}'\n",
    "pattern matching": (
        b"match {}:\n  case {'a': [1, *_, x], **r} if x: pass\n  case int(real=1) | None: pass\n  case _: pass\n"
    ),
    "groups of exceptions": b"try:\n    pass\nexcept* ValueError as e:\n    raise\nfinally:\n    pass\n",
    "asynchronous code": (
        b"async def f(a):\n  async with a as b, a: pass\n  async for c in a: yield c\n"
        b"  [d async for d in a if await d]\n"
    ),
    "decorators and defaults": (
        b"@(lambda f: f)\n@property\ndef f(a=[], /, b=lambda: (yield), *, c: 'int' = ..., **d) -> f'{1}': ...\n"
    ),
    "classes": b"class A(metaclass=type, **{}):\n  x: int\n  class B(*()): __slots__ = ()\n  def __init__(s): ...\n",
    "globals and nonlocals": b"def f():\n  x = 1\n  def g():\n    nonlocal x\n    global y\n    y = x\n  return g\n",
    "statements where they have no place": b"return 1\n",
    "a name declared after its use": b"def f():\n  x = 1\n  global x\n",
    "names that PRISM has": b"import prism\nfrom prism import hookimpl\nfile = project = findings = prism\n",
    "marks that nobody shall obey": b"x = eval('1') # noqa # nosec # type: ignore # prism: ignore # expect: nothing\n",
    "syntax error": b"def f(:\n    pass\n",
    "unclosed bracket": b"x = (1,\ny = 2\n",
    "unclosed text": b"x = '''never ends\n",
    "wrong indentation": b"def f():\nreturn 1\n  x = 2\n",
    "older Python": b"print 'hello'\nexec 'x = 1'\n",
    "newer Python": b"type X[T] = list[T]\ndef f[T: int = bool](a: T) -> T: return a\n",
    "not Python": b"<html><body>no</body></html>\n",
}

_WHOLE: Final[Mapping[str, Files]] = {
    "no Python at all": {"README.md": b"# Nothing\n"},
    "files of other kinds": {
        "model.py": b"x = 1\n",
        "data.json": b'{"a": NaN, "a": [' + b"[" * 200 + b"]" * 200 + b"]}",
        "broken.json": b"{",
        "settings.yaml": b"a: &a [*a]\n",
        "project.toml": b"[[a]]\nb = 1\n",
        "LICENSE": b"do what you like\n",
    },
    "no entrypoint": {"other.py": b"x = 1\n"},
    "a manifest that names what is not there": {
        "prism.yaml": b"prism: 1\nentrypoint: gone.py\n",
        "model.py": b"x = 1\n",
    },
    "a manifest that is none": {"prism.yaml": b"- [\n", "model.py": b"x = 1\n"},
    "imports in a circle": {
        "model.py": b"import a\nfrom b import y\n",
        "a.py": b"import b\nx = 1\n",
        "b.py": b"import a\nfrom model import z\ny = a.x\n",
    },
    "a file that imports itself": {"model.py": b"import model\nfrom model import *\nfrom . import model\n"},
    "relative imports that lead outside": {
        "model.py": b"from .. import a\nfrom ...b import c\nfrom . import *\n",
        "p/q/r.py": b"from .... import x\nfrom ..q import r\n",
    },
    "imports of everything": {"model.py": b"from os.path import *\nfrom a import *\n", "a.py": b"__all__ = ['gone']\n"},
    "a package at the root": {"__init__.py": b"from . import model\n", "model.py": b"from . import *\n"},
    "a folder and a file of one name": {"model.py": b"import a.b\n", "a.py": b"b = 1\n", "a/b.py": b"c = 1\n"},
    "names of the standard library": {
        "model.py": b"import math, ast\n",
        "math.py": b"pi = 4\n",
        "ast.py": b"parse = 1\n",
    },
    "unusual file names": {
        "model.py": b"x = 1\n",
        "two words.py": b"x = 1\n",
        "a-b.py": b"x = 1\n",
        "class.py": b"x = 1\n",
        "1st.py": b"x = 1\n",
        "größe.py": b"x = 1\n",
        "a.b.py": b"x = 1\n",
        "%s{0}.py": b"x = 1\n",
    },
    "deep folders": {"/".join(["d"] * 10) + "/model.py": b"from . import x\n", "model.py": b"import d.d.d\n"},
    "many small files": {f"m{number}.py": b"import m%d\n" % (number + 1) for number in range(200)},
    "twins": {"model.py": b"def f(x):\n    return x\n", "copy.py": b"def f(x):\n    return x\n"},
}


def odd_projects() -> dict[str, Files]:
    """Every odd project: its files by path, under a name that says what is odd."""
    return {**{name: {"model.py": data} for name, data in _LINES.items()}, **_WHOLE, **dict(_large())}


def _large() -> Iterator[tuple[str, Files]]:
    yield "a huge line", {"model.py": b"x = '" + b"a" * 200_000 + b"'; y = eval(x)\n"}
    yield "a huge text", {"model.py": b'"""\n' + b"line\n" * 20_000 + b'"""\nx = 1\n'}
    yield "many lines", {"model.py": b"x = 1\n" * 5_000}
    yield "many functions", {"model.py": b"".join(b"def f%d(a): return a + %d\n" % (n, n) for n in range(1_000))}
    yield "a wide list", {"model.py": b"x = [" + b"1, " * 10_000 + b"]\n"}
    yield "deep brackets", {"model.py": b"x = " + b"[" * 150 + b"]" * 150 + b"\n"}
    yield "a long sum", {"model.py": b"x = " + b" + ".join([b"1"] * 800) + b"\n"}
    yield "a long chain of attributes", {"model.py": b"x = a" + b".b" * 800 + b"\ny = f" + b"()" * 800 + b"\n"}
    yield "many signs", {"model.py": b"x = " + b"-" * 800 + b"1\n"}
    yield "deep blocks", {"model.py": b"".join(b" " * n + b"if x:\n" for n in range(90)) + b" " * 90 + b"pass\n"}
    yield "deep functions", {"model.py": b"".join(b" " * n + b"def f():\n" for n in range(90)) + b" " * 90 + b"pass\n"}
    yield "many branches", {"model.py": b"if x: pass\n" + b"elif x: pass\n" * 500}
