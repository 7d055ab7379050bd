from typing import Any

import torch


def build_model(ctx: Any) -> torch.nn.Module:
    return torch.nn.Linear(1, 1)


def get_recipe(ctx: 'dict[str, Any]') -> dict[str, float]:
    return {}
