"""Notes what the project's code does beyond computing: an audit hook (PEP 578), armed before any of it is imported.

It is evidence and no wall. It stands in the process of hostile code, in plain Python, and yet:

* A message has left the process before the thing that it tells of happens, and cannot be called back: the channel is a
  socket, whose other end this process cannot open.
* Everything that the hook uses, it holds itself, and of foreign objects it touches only those of exact built-in types.
  Whoever rebinds builtins, ``sys`` or ``os`` changes nothing for it.
* What it is made of stands in C objects that give nothing away: a function's cells could be read and exchanged without
  an event, and so could what a frame holds. Frames, code and the collector's lists are events besides.
* When the descriptor is not the channel any more, the process ends.

It blames whoever acts: libraries read their own files, make code for dataclasses and load themselves late, all of that
on behalf of honest projects. So an event belongs to the first frame, from the inside of the stack to the outside, that
does not merely pass on what it was asked for. Python's import system passes on whatever it is asked for as well, but
where an import statement has it load something.

It does not see what native code does by itself, nor another interpreter in the same process, nor that a module is used
which is loaded already and was reached without an import, nor what the import system loads once its insides are remade.
"""

import builtins
import codecs
import functools
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeVar

from prism.evaluator.observation import ARMED, MAX_OBSERVATIONS, MAX_WHAT, MAX_WHERE, Kind

_EVENTS = {
    Kind.FILESYSTEM: (
        "open", "os.listdir", "os.scandir", "os.walk", "os.fwalk", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
        "os.chmod", "os.chown", "os.chflags", "os.lockf", "os.link", "os.symlink", "os.truncate", "os.utime",
        "os.chdir", "os.getxattr", "os.setxattr", "os.removexattr", "os.listxattr",
    ),
    Kind.PROCESS: (
        "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.kill", "os.killpg",
        "signal.pthread_kill",
    ),
    Kind.CODE: ("compile", "exec"),
    Kind.IMPORT: ("import",),
    Kind.DESERIALISE: ("pickle.find_class",),
    Kind.INTROSPECTION: (
        "sys._getframe", "sys._getframemodulename", "sys._current_frames", "sys._current_exceptions", "sys.settrace",
        "sys.setprofile", "sys.addaudithook", "object.__getattr__", "object.__setattr__", "object.__delattr__",
        "code.__new__", "function.__new__",
    ),
    Kind.ENVIRONMENT: ("os.putenv", "os.unsetenv"),
    Kind.THREADS: ("_thread.start_new_thread", "_thread.start_joinable_thread"),
    Kind.INTERACTIVE: ("builtins.input", "builtins.breakpoint"),
}  # fmt: skip
_FAMILIES = {
    Kind.FILESYSTEM: ("shutil", "tempfile", "glob", "fcntl", "sqlite3", "pathlib"),
    Kind.NETWORK: ("socket", "urllib", "http", "ftplib", "smtplib", "imaplib", "poplib", "telnetlib", "nntplib"),
    Kind.PROCESS: ("subprocess", "pty", "resource", "webbrowser", "syslog"),
    Kind.CODE: ("marshal",),
    Kind.NATIVE: ("ctypes",),
    Kind.INTROSPECTION: ("gc",),
}
"""Events whose names begin so, up to the first dot."""
_READING = frozenset(
    {"os.listdir", "os.scandir", "os.walk", "os.fwalk", "os.getxattr", "os.listxattr", "glob.glob", "glob.glob/2"}
)
_SETTINGS = frozenset({"__code__", "__bases__"})
"""Of all that a statement can set, what changes code."""

# Whose file a frame is of. The last three pass on whatever they are asked for.
_PROJECT, _LOADER, _BUSY, _LIBRARY, _EVALUATOR, _COPIER, _IMPORTER, _STANDARD, _PASSED = range(9)
_FOR_CALLERS = frozenset({_PASSED, _STANDARD, _IMPORTER})
_ON_ANY_WAY = frozenset({_PASSED, _STANDARD, _IMPORTER, _BUSY, _LIBRARY})
_PASSING = {
    Kind.INTROSPECTION: frozenset({_PASSED}),  # libraries look at frames for many reasons
    Kind.IMPORT: frozenset({_PASSED, _IMPORTER}),  # and load parts of themselves when they are needed
    **dict.fromkeys((Kind.FILESYSTEM, Kind.CODE, Kind.DESERIALISE, Kind.ENVIRONMENT, Kind.THREADS), _FOR_CALLERS),
    **dict.fromkeys((Kind.NETWORK, Kind.PROCESS, Kind.NATIVE, Kind.INTERACTIVE), _ON_ANY_WAY),
}
"""Past which frames one has to look for whoever is to be blamed."""
_BLAMED = {
    **dict.fromkeys((Kind.INTROSPECTION, Kind.IMPORT), frozenset({_PROJECT})),
    **dict.fromkeys((Kind.CODE, Kind.DESERIALISE, Kind.THREADS), frozenset({_PROJECT, _EVALUATOR})),
    **dict.fromkeys((Kind.NETWORK, Kind.PROCESS, Kind.NATIVE), frozenset({_PROJECT, _EVALUATOR})),
    **dict.fromkeys((Kind.ENVIRONMENT, Kind.INTERACTIVE), frozenset({_PROJECT, _EVALUATOR})),
}
"""Whose doing counts. What the evaluator seems to do, of which but one file copies memory, is a call without a line of
its own: a function of the interpreter as a hook, in a thread, or at the end of the process."""
_BUSY_FILES = (
    "linecache.py", "tokenize.py", "inspect.py", "traceback.py", "warnings.py", "dataclasses.py",
    "collections/__init__.py", "typing.py", "functools.py", "enum.py",
)  # fmt: skip
"""Files of the standard library that make code or read sources for purposes of their own."""
_IMPORTER_FILES = ("importlib/__init__.py", "importlib/util.py", "pkgutil.py", "runpy.py", "pydoc.py", "imp.py")
_NATIVE_HELPERS = frozenset({"_strptime", "builtins", "copyreg", "unicodedata"})
"""Modules of the standard library that its native code imports for itself."""
_LOADERS = ("<frozen importlib", "<frozen zipimport")
_APART = ("/site-packages/", "/dist-packages/")
_DEEPEST = 400
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SHOWN_ARGUMENTS = 4

Record = Callable[[str, str, str], None]
Permission = Callable[[str, tuple[Any, ...], int], bool]
Describe = Callable[[tuple[Any, ...]], str]


Blame = Callable[[str, bool], tuple[int, str]]
"""Says whose doing a thing of some kind is: his place, and where it is asked for, the project's line if there is one on
the stack. To find that takes a walk over the whole stack, which is deep where libraries load themselves."""
_Function = TypeVar("_Function", bound=Callable[..., Any])


def arm(channel: int, *, project: Path, checkpoint: Path, temporary: Path, package: str) -> None:
    """Watch this process from now on; there is no way back.

    Args:
        channel: descriptor of the socket to the supervisor.
        project: the project's folder, with its files in it.
        checkpoint: the folder that it may use.
        temporary: the folder that libraries may use.
        package: name under which the project's root is a package.
    """
    os.set_inheritable(channel, False)
    record, blame, is_own = _recorder(channel), _blamer(str(project)), _own_modules(project, package)
    hook = _hook(record, blame, _permission(str(project), str(checkpoint), str(temporary)), is_own)
    os.write(channel, ARMED)
    builtins.__import__ = _importer(record, blame, is_own)
    importlib.import_module = _import_module(record, blame, is_own)
    sys.addaudithook(hook)


def _sealed(function: _Function, *, remembered: int = 0) -> _Function:
    """The same function inside a C object that does not show it: nobody can reach its cells, and change what is there.

    Args:
        function: what to seal; a method of a container seals the container.
        remembered: answers to so many different calls are kept and not computed again.
    """
    sealed = functools.lru_cache(maxsize=remembered)(function)
    vars(sealed).clear()  # among others ``__wrapped__``
    return sealed  # type: ignore[return-value] # the wrapper is called as the function is


def _recorder(channel: int) -> Record:
    """What tells the supervisor of a thing, once."""
    write, status, leave, escape, error = os.write, os.fstat, os._exit, codecs.unicode_escape_encode, OSError
    widest_what, widest_where = MAX_WHAT, MAX_WHERE
    identity = os.fstat(channel)[1:3]

    def record(kind: str, what: str, where: str) -> None:
        parts = (escape(kind)[0], escape(what)[0][:widest_what], escape(where)[0][:widest_where])
        try:
            if status(channel)[1:3] != identity:
                leave(1)
            write(channel, b"\n".join(parts))
            if status(channel)[1:3] != identity:
                leave(1)
        except error:
            leave(1)

    return _sealed(record, remembered=MAX_OBSERVATIONS)


def _blamer(project: str) -> Blame:
    """What says whose doing a thing of some kind is, and where if that matters."""
    getframe, classify, root = sys._getframe, _classifier(project), len(project) + 1
    passing = _sealed({kind.value: places | {_LOADER} for kind, places in _PASSING.items()}.__getitem__)
    evaluator, loader, importer, own, itself = _EVALUATOR, _LOADER, _IMPORTER, _PROJECT, arm.__code__.co_filename

    def blame(kind: str, is_where_asked: bool) -> tuple[int, str]:
        frame: FrameType | None = getframe(0)
        place, where, passed = evaluator, "", passing(kind)
        is_loading = False
        for _ in steps:
            if frame is None:
                break
            name = frame.f_code.co_filename
            here = classify(name)
            if not where and is_loading and (here == evaluator or name == itself):
                return loader, ""  # an import statement, or the evaluator, has something loaded
            if not where and here not in passed:
                place, where = here, name
                if name and not is_where_asked:  # code without a file's name hides nobody behind itself
                    return place, ""
            if here == own:
                return place, f"{name[root:]}:{frame.f_lineno}"
            is_loading = here == loader or (is_loading and here == importer)
            frame = frame.f_back
        return place, where

    steps = range(_DEEPEST)
    return _sealed(blame)


def _classifier(project: str) -> Callable[[str], int]:
    """What says whose file a file name is."""
    standard = f"{Path(os.__file__).parent}/"
    own = arm.__code__.co_filename
    evaluator, folder = f"{Path(own).parents[2]}/", f"{project}/"
    special = {standard + name: _BUSY for name in _BUSY_FILES} | {
        standard + name: _IMPORTER for name in _IMPORTER_FILES
    }
    special |= {own: _PASSED, str(Path(own).with_name("tensors.py")): _COPIER}
    prefixes = (
        (folder, _PROJECT), *((each, _LOADER) for each in _LOADERS), ("<frozen ", _STANDARD), ("<", _PASSED),
        (evaluator, _EVALUATOR),
    )  # fmt: skip
    in_standard, in_library, apart, special_place = _STANDARD, _LIBRARY, _APART, _sealed(special.get)

    def classify(name: str) -> int:
        if (place := special_place(name)) is not None:
            return place
        for prefix, place in prefixes:
            if name.startswith(prefix):
                return place
        if name.startswith(standard):
            for folder in apart:
                if folder in name:
                    return in_library
            return in_standard
        return in_library

    return _sealed(classify)


def _permission(project: str, checkpoint: str, temporary: str) -> Permission:
    """What says whether a thing may be done to files by whoever does it."""
    libraries = tuple(f"{entry}/" for entry in dict.fromkeys((*sys.path, str(Path(os.__file__).parent))) if entry)
    at_least = (f"{checkpoint}/",)
    sources = (*at_least, f"{project}/", *libraries)
    readable = {_LOADER: sources, _BUSY: sources, _LIBRARY: at_least + libraries, _EVALUATOR: at_least + libraries}
    usable = {_LIBRARY: (*at_least, f"{temporary}/")}
    readable[_LIBRARY] += usable[_LIBRARY]
    places_to_read, places_to_use = _sealed(readable.get), _sealed(usable.get)
    kind_of, text, number, reading, writing, own = type, str, int, _READING, _WRITING, _PROJECT

    def permitted(event: str, arguments: tuple[Any, ...], place: int) -> bool:
        if kind_of(arguments[0]) is not text:
            # Whoever opened a descriptor was seen when it did.
            return kind_of(arguments[0]) is number and place != own
        is_opened = event == "open"
        is_read = not arguments[2] & writing if is_opened else event in reading
        places = (places_to_read if is_read else places_to_use)(place, at_least)
        paths = [path for path in arguments[: 1 if is_opened else 2] if kind_of(path) is text]
        return [path for path in paths if "/../" in f"{path}/" or not f"{path}/".startswith(places)] == []

    return _sealed(permitted)


def _own_modules(project: Path, package: str) -> Callable[[str], bool]:
    """What says whether a module is one of the project's; a name that Python gives to another one is not."""
    paths = [path.relative_to(project).with_suffix("") for path in project.rglob("*.py")]
    names = {".".join(path.parts[:length]) for path in paths for length in range(1, len(path.parts) + 1)}
    taken = sys.stdlib_module_names | {name.partition(".")[0] for name in sys.modules}
    own = frozenset(name for name in names if name.partition(".")[0] not in taken)
    below = f"{package}."

    def is_own(name: str) -> bool:
        return name in own or name == package or name.startswith(below)

    return _sealed(is_own)


def _hook(record: Record, blame: Blame, permitted: Permission, is_own: Callable[[str], bool]) -> Callable[..., None]:
    """The audit hook."""
    exact = _sealed({event: kind.value for kind, events in _EVENTS.items() for event in events}.get)
    families = _sealed({family: kind.value for kind, names in _FAMILIES.items() for family in names}.get)
    blamed = _sealed({kind.value: places for kind, places in _BLAMED.items()}.__getitem__)
    files, imports, introspection = Kind.FILESYSTEM.value, Kind.IMPORT.value, Kind.INTROSPECTION.value
    is_idle, describe, most, of_files = _idle(), _describer(), _SHOWN_ARGUMENTS, 2

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        kind = exact(event) or families(event.partition(".")[0])
        if kind is None or (kind == introspection and is_idle(event, arguments)):
            return
        told = arguments[:1] if kind == imports else (event, *arguments[: of_files if kind == files else most])
        what = describe(told)
        if kind == imports and is_own(what):
            return
        place = blame(kind, False)[0]
        if not permitted(event, arguments, place) if kind == files else place in blamed(kind):
            record(kind, what, blame(kind, True)[1])

    return hook


def _idle() -> Callable[[str, tuple[Any, ...]], bool]:
    """What says whether a look at frames or attributes is of no interest: among others the tripwire's own."""
    kind_of, text, frame, settings = type, str, FrameType, _SETTINGS
    code = next(each for each in _blamer.__code__.co_consts if isinstance(each, CodeType) and each.co_name == "blame")
    changing = frozenset({"object.__setattr__", "object.__delattr__"})

    def is_idle(event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "sys._getframe":
            return kind_of(arguments[0]) is frame and arguments[0].f_code is code
        if event == "object.__getattr__":
            return kind_of(arguments[0]) is frame
        if event in changing:
            return kind_of(arguments[1]) is text and arguments[1] not in settings
        return False

    return _sealed(is_idle)


def _describer() -> Describe:
    """What puts an event in words: its name, and what of its arguments is plain text, number or code."""
    kind_of, text, data, number, code, several = type, str, bytes, int, CodeType, (list, tuple)
    small, widest, most = range(-(2**31), 2**32), MAX_WHAT, _SHOWN_ARGUMENTS + 1

    def shown(value: object) -> str:
        kind = kind_of(value)
        if kind is text:
            return value[:widest]  # type: ignore[index, no-any-return] # checkers do not follow a type in a variable
        if kind is data:
            return value[:widest].decode("latin-1")  # type: ignore[index, no-any-return] # as above
        if kind is number and value in small:
            return f"{value}"
        return f"{value.co_filename} {value.co_name}"[:widest] if kind is code else ""  # type: ignore[attr-defined] # as above

    def describe(arguments: tuple[Any, ...]) -> str:
        words = []
        for argument in arguments[:most]:
            parts = argument[:most] if kind_of(argument) in several else (argument,)
            words += [shown_value(part) for part in parts]
        return " ".join([word for word in words if word])

    shown_value = _sealed(shown)
    return _sealed(describe)


def _importer(record: Record, blame: Blame, is_own: Callable[[str], bool]) -> Callable[..., Any]:
    """What takes the place of ``__import__``: an import of what is loaded already is no event."""
    original, kind, own, kind_of, text = builtins.__import__, Kind.IMPORT.value, _PROJECT, type, str

    def importer(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:  # noqa: A002, ANN401 - as the one it stands for
        wanted = resolved_name(name, globals, level) if level else name
        if kind_of(wanted) is not text:
            wanted = "?"
        is_native = kind_of(fromlist) is native and wanted.partition(".")[0] not in standard
        if not is_native and not is_own(wanted) and blame(kind, False)[0] == own:
            record(kind, wanted, blame(kind, True)[1])
        return original(name, globals, locals, fromlist, level)

    def resolved(name: str, names: Any, level: int) -> str:  # noqa: ANN401 - whatever the caller gives
        """The absolute name of a relative import; "?" where the import is bound to fail, or is none of a module."""
        if kind_of(names) is not mapping or kind_of(name) is not text or kind_of(level) is not number:
            return "?"
        package = names.get("__package__")
        if kind_of(package) is not text:
            return "?"
        base: str = package.rsplit(".", level - 1)[0] if level > 1 else package
        return f"{base}.{name}" if name else base

    mapping, number = dict, int
    # Native code imports with a list where statements have a tuple: PyTorch does so for the line that calls it.
    native, standard = list, sys.stdlib_module_names - _NATIVE_HELPERS
    resolved_name = _sealed(resolved)
    return _sealed(importer)


def _import_module(record: Record, blame: Blame, is_own: Callable[[str], bool]) -> Callable[..., Any]:
    """What takes the place of ``importlib.import_module``, which goes by no event and past ``__import__``."""
    original, kind, own, kind_of, text = importlib.import_module, Kind.IMPORT.value, _PROJECT, type, str

    def import_module(name: str, package: str | None = None) -> Any:  # noqa: ANN401 - as the one it stands for
        wanted = name if kind_of(name) is text else "?"
        if blame(kind, False)[0] == own and not is_own(wanted):
            record(kind, wanted, blame(kind, True)[1])
        return original(name, package)

    return _sealed(import_module)
