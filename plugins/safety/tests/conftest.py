"""What the tests of the safety plugin share: a review of files that need not exist anywhere."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from prism_safety.plugin import SafetyPlugin

from prism.finding import Finding
from prism.guard.boundary import guarded_here
from prism.project import Project
from prism.snapshot import Snapshot

Review = Callable[..., list[Finding]]


def findings(files: Mapping[str, str], **settings: Any) -> list[Finding]:  # noqa: ANN401 - a policy section is any JSON
    """What the plugin reports about a project of these files."""
    project = Project(Snapshot.of({path: text.encode() for path, text in files.items()}))
    plugin = SafetyPlugin(settings)
    with guarded_here():
        return [found for file in project for found in plugin.prism_check_file(file, project)]


@pytest.fixture(scope="session")
def review() -> Review:
    return findings
