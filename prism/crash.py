"""A name for a bug that says where it is and nothing of what it was about, so that it can be shown to anybody."""

import hashlib
import traceback
from pathlib import Path


def crash_id(exception: BaseException) -> str:
    """Twelve characters that name the place where it happened and the kind of error, but nothing of its text."""
    frames = traceback.extract_tb(exception.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.name}:{frame.lineno}" for frame in frames]
    return hashlib.sha256("\n".join([type(exception).__qualname__, *places]).encode()).hexdigest()[:12]
