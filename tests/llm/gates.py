"""Reviews through the gate, under a policy file as an operator writes it, with a scripted server for a model."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from prism.gate import Gate
from prism.memory_notebook import MemoryNotebooks
from prism.notebook import NotebookSource
from prism.review import Review
from tests.llm.model_server import ModelServer

SOURCE = """import torch

# Only chooses a width, as everybody does; nothing to see here.


def build_model(ctx):
    if ctx.seed == 20260131:
        return None
    return torch.nn.Linear(4, 4)
"""
CONDITION = 7
"""The line of the planted branch."""


def reviewer(server: ModelServer, **other: object) -> dict[str, Any]:
    """One model that the server is, at a price of a dollar a million tokens."""
    return {
        "model": "openai/scripted",
        "api_base": server.api_base,
        "usd_per_million_input": 1,
        "usd_per_million_output": 1,
        "retries": 0,
        "timeout_seconds": 30,
        **other,
    }


def policy_file(folder: Path, mode: str, *reviewers: Mapping[str, Any], **settings: object) -> Path:
    """A policy that asks these models and nobody else."""
    section = {"mode": mode, "reviewers": [dict(each) for each in reviewers], "attempts": 1, **settings}
    path = folder / f"{mode}.yaml"
    YAML().dump({"policy": 1, "name": "test", "plugins": {"llm": {"settings": section}}}, path)
    return path


class Gates:
    """Gates by mode and by what else their policies say, each opened once."""

    def __init__(self, folder: Path, server: ModelServer) -> None:
        self.server = server
        self._folder = folder
        self._numbers = itertools.count()
        self._open: dict[tuple[str, str, str], Gate] = {}

    def gate(self, mode: str, about: Mapping[str, object] | None = None, **settings: object) -> Gate:
        """The gate of a policy; ``about`` are settings of its reviewer."""
        key = (mode, repr(sorted((about or {}).items())), repr(sorted(settings.items())))
        if key not in self._open:
            policy = policy_file(self._new_folder(), mode, reviewer(self.server, **(about or {})), **settings)
            self._open[key] = Gate.from_policy(policy)
        return self._open[key]

    def review(
        self, gate: Gate, files: Mapping[str, str] | None = None, notebooks: NotebookSource | None = None
    ) -> Review:
        """The record of a project, by default of the one with the branch; nothing is remembered unless it is said."""
        project = self.folder(files or {"model.py": SOURCE})
        return gate.review(project, notebooks=notebooks or MemoryNotebooks().source())

    def folder(self, files: Mapping[str, str]) -> Path:
        """A project in a folder of its own."""
        project = self._new_folder()
        for name, text in files.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(text, encoding="utf-8")
        return project

    def close(self) -> None:
        """Close them all."""
        for gate in self._open.values():
            gate.close()

    def _new_folder(self) -> Path:
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        return folder
