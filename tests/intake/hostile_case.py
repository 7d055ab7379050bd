"""What one hostile archive is, and the honest entries that most of them also hold."""

from dataclasses import dataclass, field

from tests.intake.zip_builder import Part

SOURCE = b"import torch\n\n\ndef build_model(ctx):\n    return torch.nn.Linear(4, 4)\n" * 3
MODEL = Part(name=b"model.py", data=SOURCE)
MODEL2 = Part(name=b"model2.py", data=SOURCE)
MAX32 = 0xFFFFFFFF


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    data: bytes
    rules: frozenset[str]
    limits: dict[str, object] = field(default_factory=dict)
    """Settings of the intake policy other than the default."""


def case(name: str, data: bytes, *rules: str, **limits: object) -> Case:
    return Case(name=name, data=data, rules=frozenset(f"intake/{rule}" for rule in rules), limits=limits)
