"""Runs in a container: imports each project in this folder, builds its model, and calls it on a few bytes.

Each project has a process of its own, with the evaluator's tripwire in it. Standard output is one JSON object: by
project the end of the traceback, empty where everything worked, and what was observed.
"""

import json
import os
import socket
import sys
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import torch  # type: ignore[import-not-found, unused-ignore] # in the image, not where PRISM is developed

sys.path.append("/opt/prism")  # where the image has the evaluator
from prism.evaluator.observation import MAX_MESSAGE_BYTES, Observations
from prism.evaluator.tripwire import arm

HERE = Path(__file__).parent
SIZES = SimpleNamespace(
    vocab_size=256, sequence_length=16, batch_size=2, steps=4, seed=0, device="cpu", dtype=torch.float32
)


def outcome(project: Path) -> dict[str, Any]:
    """What went wrong with one project, if anything did, and what the tripwire saw."""
    supervisor, contestant = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        supervisor.close()
        os.close(reading)
        try:
            failure = attempt(project, contestant.detach())
            os.write(writing, failure.encode()[-4_000:])
            os._exit(0)
        finally:
            os._exit(1)
    contestant.close()
    os.close(writing)
    with open(reading, encoding="utf-8", errors="replace") as told:  # noqa: PTH123 - a descriptor
        failure = told.read()
    if status := os.waitpid(child, 0)[1]:
        failure += f"its process ended with status {status}"
    observations = Observations()
    with supervisor:
        while message := supervisor.recv(MAX_MESSAGE_BYTES):
            observations.take(message)
    observations.require_armed()
    return {"failure": failure, "observed": observations.as_json()}


def attempt(project: Path, channel: int) -> str:
    """What went wrong with one project; empty when nothing did."""
    temporary = Path(tempfile.gettempdir())
    checkpoint = Path(tempfile.mkdtemp())
    torch.manual_seed(0)
    arm(channel, project=project, checkpoint=checkpoint, temporary=temporary, package="prism_submission")
    sys.path.insert(0, str(project))
    try:
        use(__import__("model"), checkpoint)
    except BaseException:  # noqa: BLE001 - whatever it is, it is the answer
        return traceback.format_exc(limit=-2)
    return ""


def use(entrypoint: ModuleType, checkpoint: Path) -> None:
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
        go_through_checkpoint(entrypoint, model, checkpoint)


def go_through_checkpoint(entrypoint: ModuleType, model: torch.nn.Module, folder: Path) -> None:
    """Save a model and load it into a fresh one, which must then hold about the same numbers."""
    fresh = entrypoint.build_model(SIZES)
    entrypoint.save_checkpoint(model, folder, SIZES)
    entrypoint.load_checkpoint(fresh, folder, SIZES)
    for name, saved in model.state_dict().items():
        if not torch.allclose(saved, fresh.state_dict()[name], atol=1e-2):
            raise ValueError(f"{name} is not what was saved")


def plain_loss(model: torch.nn.Module, batch: SimpleNamespace) -> torch.Tensor:
    """Cross entropy of the next byte."""
    return torch.nn.functional.cross_entropy(model(batch.inputs).flatten(0, 1), batch.targets.flatten())


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    torch.set_num_threads(1)
    torch.optim.AdamW([torch.zeros(1, requires_grad=True)])  # which loads much, and need not do so for every project
    projects = {f"{each.parent.name}/{each.name}": each for each in sorted(HERE.glob("*/*")) if each.is_dir()}
    with redirect_stdout(sys.stderr):
        outcomes = {name: outcome(project) for name, project in projects.items()}
    sys.stdout.write(json.dumps(outcomes))
