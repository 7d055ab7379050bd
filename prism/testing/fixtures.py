"""The fixtures that ``prism.testing`` brings."""

from collections.abc import Iterator
from functools import partial

try:
    import pytest
except ImportError as error:
    from prism.errors import UsageError

    raise UsageError("prism.testing needs pytest", where="prism.testing", do="install pytest beside PRISM") from error

from prism.testing.projects import Gates, MakeProject, make_project


@pytest.fixture(scope="session")
def prism_gates() -> Iterator[Gates]:
    """The gates of this run; closed at its end."""
    gates = Gates()
    yield gates
    gates.close()


@pytest.fixture
def prism_project(prism_gates: Gates) -> MakeProject:
    """Makes a project: from the text of its ``model.py``, from texts by path, or from a file or folder."""
    return partial(make_project, gates=prism_gates)
