"""What the project's code is given and what it must give back: the evaluation's side of the contract.

Runs in the contestant, together with the project's code. Nothing here protects anything; it serves honest projects and
tells them plainly what does not fit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch  # type: ignore[import-not-found, unused-ignore] # in the image, not where PRISM is developed

from prism.evaluator.scoring import VOCABULARY

ARCHITECTURE_FUNCTIONS = frozenset({"build_model", "inference_logits", "infer"})
RECIPE_DEFAULTS = {"optimizer": "adamw", "learning_rate": 3e-3, "weight_decay": 0.0, "gradient_clip": 1.0}
_ALL_POSITIONS = 3  # dimensions of logits at every position: sequences, positions, bytes
_OPTIMIZERS = {"adamw": "AdamW", "adam": "Adam", "sgd": "SGD"}


class ContractError(Exception):
    """The project's code gave back something that the contract does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a project may know about the run: passed to every function as ``ctx``."""

    sequence_length: int
    """Bytes of a context, and of a training sequence."""
    batch_size: int
    """Sequences in a training batch; a batch to predict may hold another number."""
    steps: int
    """Training steps there will be."""
    seed: int
    """Seed that PyTorch has been given before ``build_model`` is called."""
    device: str
    """Where model and batches live: ``cpu`` or ``cuda``."""
    vocab_size: int = VOCABULARY
    """Tokens are bytes, so 256."""
    dtype: str = "float32"
    """Element type of logits and, unless the model chooses otherwise, of parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Sequences of bytes as ``int64`` tensors on the context's device."""

    inputs: torch.Tensor
    """Shape ``(sequences, sequence_length)``."""
    targets: torch.Tensor | None = None
    """The byte after each input position, in the same shape; ``None`` when predicting."""


class Entry:
    """The functions of the project's entrypoints, with the default behaviour of those it leaves out."""

    def __init__(self, architecture: ModuleType, training: ModuleType, context: Context) -> None:
        self._modules = {True: architecture, False: training}
        self.context = context

    def _hook(self, name: str) -> Callable[..., Any] | None:
        found = getattr(self._modules[name in ARCHITECTURE_FUNCTIONS], name, None)
        if found is not None and not callable(found):
            raise ContractError(f"{name} is not a function")
        return found

    def build_model(self) -> torch.nn.Module:
        """The project's model on the context's device."""
        build = self._hook("build_model")
        model = build(self.context) if build else None
        if not isinstance(model, torch.nn.Module):
            raise ContractError(f"build_model returned {type(model).__name__}, not a torch.nn.Module")
        return model.to(self.context.device)

    def recipe(self) -> object:
        """What ``get_recipe`` returns, as it is; an empty recipe where an architecture is handed in alone."""
        get_recipe = self._hook("get_recipe")
        recipe = get_recipe(self.context) if get_recipe else {}
        if recipe is None:
            raise ContractError("get_recipe returned nothing; return a mapping or an object")
        return recipe

    def optimizer(self, model: torch.nn.Module, recipe: object) -> torch.optim.Optimizer:
        """The project's optimizer, or the one its recipe names."""
        if configure := self._hook("configure_optimizer"):
            return configure(model, recipe, self.context)
        settings = recipe_settings(recipe)
        kind = getattr(torch.optim, _OPTIMIZERS[settings["optimizer"]])
        return kind(model.parameters(), lr=settings["learning_rate"], weight_decay=settings["weight_decay"])

    def train_step(
        self, model: torch.nn.Module, batch: Batch, optimizer: torch.optim.Optimizer, recipe: object
    ) -> None:
        """One step of training: the project's own, or loss, backward, clip, step."""
        if step := self._hook("train_step"):
            step(model, batch, optimizer, self.context)
            return
        optimizer.zero_grad()
        self.loss(model, batch).backward()
        if limit := recipe_value(recipe, "gradient_clip"):
            torch.nn.utils.clip_grad_norm_(model.parameters(), limit)
        optimizer.step()

    def loss(self, model: torch.nn.Module, batch: Batch) -> torch.Tensor:
        """The project's loss, or the mean cross entropy of the next byte at every position the model predicts."""
        if compute := self._hook("compute_loss"):
            return compute(model, batch, self.context)
        logits = model(batch.inputs)
        targets: torch.Tensor = batch.targets
        if logits.dim() == 2:  # noqa: PLR2004 - (sequences, 256): the model predicts the last position only
            targets = targets[:, -1]
        return torch.nn.functional.cross_entropy(logits.reshape(-1, VOCABULARY), targets.reshape(-1))

    def logits(self, model: torch.nn.Module, batch: Batch) -> torch.Tensor:
        """Logits of the byte after each sequence: shape ``(sequences, 256)``."""
        logits = self._predicted(model, batch)
        return logits[:, -1] if logits.dim() == _ALL_POSITIONS else logits

    def position_logits(self, model: torch.nn.Module, batch: Batch) -> torch.Tensor | None:
        """Logits at every position, or nothing from a model that predicts the byte after the last one only.

        A project that takes the last position out of what its model gives at all of them is asked for the model's.
        """
        logits = self._predicted(model, batch)
        if logits.dim() != _ALL_POSITIONS:
            try:
                logits = model(batch.inputs)
            except Exception:  # noqa: BLE001 - the contract does not say how a model is called
                return None
        is_each = isinstance(logits, torch.Tensor) and logits.shape == (*batch.inputs.shape, VOCABULARY)
        return logits if is_each else None

    def _predicted(self, model: torch.nn.Module, batch: Batch) -> torch.Tensor:
        predict = self._hook("inference_logits") or self._hook("infer")
        logits = predict(model, batch, self.context) if predict else model(batch.inputs)
        if not isinstance(logits, torch.Tensor):
            raise ContractError(f"logits are {type(logits).__name__}, not a torch.Tensor")
        return logits

    @property
    def has_checkpoints(self) -> bool:
        """Whether the project both saves and loads checkpoints."""
        return bool(self._hook("save_checkpoint") and self._hook("load_checkpoint"))

    def checkpoint(self, function: str, model: torch.nn.Module, folder: Path) -> None:
        """Have the project's ``save_checkpoint`` write the model, or its ``load_checkpoint`` fill it."""
        if hook := self._hook(function):
            hook(model, folder, self.context)


def recipe_value(recipe: object, name: str) -> Any:  # noqa: ANN401 - whatever the project put there
    """One setting of a recipe (a mapping or an object), or its default."""
    default = RECIPE_DEFAULTS[name]
    return recipe.get(name, default) if isinstance(recipe, Mapping) else getattr(recipe, name, default)


def recipe_settings(recipe: object) -> dict[str, Any]:
    """The recipe for the default optimizer.

    Raises:
        ContractError: a setting that does not exist, or a value that is not allowed.
    """
    unknown = sorted(set(map(str, recipe)) - set(RECIPE_DEFAULTS)) if isinstance(recipe, Mapping) else []
    if unknown:
        known = ", ".join(RECIPE_DEFAULTS)
        raise ContractError(f"get_recipe has {unknown[0]!r}; without configure_optimizer it may have: {known}")
    settings = {name: recipe_value(recipe, name) for name in RECIPE_DEFAULTS}
    if settings["optimizer"] not in _OPTIMIZERS:
        raise ContractError(f"optimizer {settings['optimizer']!r} is not one of {', '.join(_OPTIMIZERS)}")
    return settings
