"""Runs in a container: imports each project in this folder, builds its model, and calls it on a few bytes.

Standard output is one JSON object: the traceback's last line by project, empty where everything worked.
"""

import json
import sys
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType, SimpleNamespace

import torch  # type: ignore[import-not-found, unused-ignore] # in the image, not where PRISM is developed

HERE = Path(__file__).parent
SIZES = SimpleNamespace(
    vocab_size=256, sequence_length=16, batch_size=2, steps=4, seed=0, device="cpu", dtype=torch.float32
)


def failure(project: Path) -> str:
    """What went wrong with one project; empty when nothing did."""
    before = set(sys.modules)
    sys.path.insert(0, str(project))
    try:
        torch.manual_seed(0)
        use(__import__("model"))
    except Exception:  # noqa: BLE001 - whatever it is, it is the answer
        return traceback.format_exc(limit=-2)
    finally:
        sys.path.remove(str(project))
        for name in set(sys.modules) - before:
            if str(HERE) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]
    return ""


def use(entrypoint: ModuleType) -> None:
    """Go the way of an evaluation: build, train one step where the project says how, predict."""
    model = entrypoint.build_model(SIZES)
    recipe = entrypoint.get_recipe(SIZES)
    inputs = torch.randint(256, (2, 16))
    batch = SimpleNamespace(inputs=inputs, targets=inputs.roll(-1, 1))
    rate = recipe["learning_rate"] if isinstance(recipe, Mapping) else recipe.learning_rate
    hooks = vars(entrypoint)
    optimizer = (
        hooks["configure_optimizer"](model, recipe, SIZES)
        if "configure_optimizer" in hooks
        else torch.optim.AdamW(model.parameters(), lr=rate)
    )
    if "train_step" in hooks:
        hooks["train_step"](model, batch, optimizer, SIZES)
    else:
        loss = hooks["compute_loss"](model, batch, SIZES) if "compute_loss" in hooks else plain_loss(model, batch)
        loss.backward()
        optimizer.step()
    logits = model(inputs)
    if logits.shape != (2, 16, 256) or not torch.isfinite(logits).all():
        raise ValueError(f"no logits: {tuple(logits.shape)}")
    if {"save_checkpoint", "load_checkpoint"} <= hooks.keys():
        go_through_checkpoint(entrypoint, model)


def go_through_checkpoint(entrypoint: ModuleType, model: torch.nn.Module) -> None:
    """Save a model and load it into a fresh one, which must then hold about the same numbers."""
    fresh = entrypoint.build_model(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        entrypoint.save_checkpoint(model, Path(folder), SIZES)
        entrypoint.load_checkpoint(fresh, Path(folder), SIZES)
    for name, saved in model.state_dict().items():
        if not torch.allclose(saved, fresh.state_dict()[name], atol=1e-2):
            raise ValueError(f"{name} is not what was saved")


def plain_loss(model: torch.nn.Module, batch: SimpleNamespace) -> torch.Tensor:
    """Cross entropy of the next byte."""
    return torch.nn.functional.cross_entropy(model(batch.inputs).flatten(0, 1), batch.targets.flatten())


if __name__ == "__main__":
    torch.set_num_threads(1)
    projects = {f"{each.parent.name}/{each.name}": each for each in sorted(HERE.glob("*/*")) if each.is_dir()}
    with redirect_stdout(sys.stderr):
        failures = {name: failure(project) for name, project in projects.items()}
    sys.stdout.write(json.dumps(failures))
