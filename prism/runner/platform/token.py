"""The broker's token, from the environment or a secret file and never from a policy; read for each run."""

import os
from pathlib import Path

from prism.errors import RunnerError

TOKEN_VARIABLE = "PRISM_BROKER_TOKEN"  # noqa: S105 - a name
_MAX_BYTES = 4096


def broker_token(token_file: str) -> str:
    """The token: from the file of the settings, else ``PRISM_BROKER_TOKEN``, else ``PRISM_BROKER_TOKEN_FILE``.

    Raises:
        RunnerError: there is none, or it is nothing that fits into a header.
    """
    value = os.environ.get(TOKEN_VARIABLE, "").strip()
    path = token_file or ("" if value else os.environ.get(f"{TOKEN_VARIABLE}_FILE", ""))
    if path:
        return _checked(_read(Path(path)), path)
    if not value:
        raise _unusable("there is no token for Platform's broker", TOKEN_VARIABLE)
    return _checked(value, TOKEN_VARIABLE)


def _read(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a FIFO must not make anybody wait
        with os.fdopen(descriptor, "rb") as file:
            return file.read(_MAX_BYTES + 1).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "") or "not text"
        raise _unusable(f"the broker's token cannot be read: {why}", str(path)) from None


def _checked(token: str, where: str) -> str:
    if not token or len(token) > _MAX_BYTES or not token.isascii() or not token.isprintable() or " " in token:
        raise _unusable("the broker's token is empty, too long, or holds what no header may hold", where)
    return token


def _unusable(what: str, where: str) -> RunnerError:
    return RunnerError(
        what,
        where=where,
        do=f"set {TOKEN_VARIABLE}, or write the token into a file and name it in {TOKEN_VARIABLE}_FILE or in "
        "runner.broker.settings.token_file",
        code="broker-unusable",
    )
