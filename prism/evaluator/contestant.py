"""The process in which the project's code runs: trains when told to, and in a second life predicts.

It shares its process with hostile code, so nothing it says is believed and nothing it holds is secret.
"""

import importlib
import importlib.machinery
import importlib.util
import sys
import traceback
from pathlib import Path
from typing import Any

import torch  # type: ignore[import-not-found, unused-ignore] # in the image, not where PRISM is developed

from prism.evaluator import tripwire
from prism.evaluator.anatomy import described, fill
from prism.evaluator.checkpoint import FOLDER, PROJECT, TEMPORARY
from prism.evaluator.contract import Batch, Context, ContractError, Entry
from prism.evaluator.fault import Fault
from prism.evaluator.frames import Message, StreamEndedError, receive, send
from prism.evaluator.process import ANSWERS, OBSERVED, REQUESTS
from prism.evaluator.scratch import SCRATCH
from prism.evaluator.seeds import fix_seeds
from prism.evaluator.tensors import load_state, state_message, tensor_bytes, tensor_of

_MAX_REQUEST_BYTES = 2**40  # the supervisor is trusted
_DETAIL_CHARACTERS = 300
PACKAGE = "prism_submission"
"""Name of the package that the project's root is opened as."""


class Trainer:
    """Trains the project's model on the batches it is sent, and saves it where the project has a way of its own."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._model = entry.build_model()
        self._recipe = entry.recipe()
        self._model.train()
        self._optimizer = entry.optimizer(self._model, self._recipe)

    def answer(self, message: Message) -> Message:
        """Train one step on a batch, save a checkpoint if the project has any, or hand over the state."""
        if message.header["kind"] == "batch":
            self._entry.train_step(self._model, self._batch(message.body), self._optimizer, self._recipe)
            return Message(header={"kind": "stepped"})
        if message.header["kind"] == "state":
            return state_message(self._model)
        if self._entry.has_checkpoints:
            self._entry.checkpoint("save_checkpoint", self._model, SCRATCH / FOLDER)
        return Message(header={"kind": "finished", "has_saved": self._entry.has_checkpoints})

    def _batch(self, body: bytes) -> Batch:
        context = self._entry.context
        sequences = _sequences(body, context.sequence_length + 1, context.device)
        return Batch(inputs=sequences[:, :-1].contiguous(), targets=sequences[:, 1:].contiguous())


class Restorer:
    """Loads the checkpoint that the project saved in another process."""

    def __init__(self, entry: Entry) -> None:
        self._model = entry.build_model()
        entry.checkpoint("load_checkpoint", self._model, SCRATCH / FOLDER)

    def answer(self, message: Message) -> Message:  # noqa: ARG002 - there is one thing to ask it for
        """Hand over the state."""
        return state_message(self._model)


class Predictor:
    """Predicts the byte after each context with a model that was trained in another process."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._model = entry.build_model()

    def answer(self, message: Message) -> Message:
        """Load the trained state, or predict."""
        if message.header["kind"] == "predictor":
            load_state(self._model, message)
            self._model.eval()
            return Message(header={"kind": "loaded"})
        context = self._entry.context
        with torch.inference_mode():
            batch = Batch(inputs=_sequences(message.body, context.sequence_length, context.device))
            if message.header["kind"] == "positions":
                logits = self._entry.position_logits(self._model, batch)
                body = b"" if logits is None else tensor_bytes(logits[0].to(torch.float32))
                return Message(header={"kind": "positions"}, body=body)
            return Message(
                header={"kind": "logits"},
                body=tensor_bytes(self._entry.logits(self._model, batch).to(torch.float32)),
            )


class Subject(Predictor):
    """Shows how its model is built, and predicts with the parameters that it is given."""

    def answer(self, message: Message) -> Message:
        """Describe the model, take parameters, or predict."""
        if message.header["kind"] == "describe":
            return described(self._model)
        if message.header["kind"] == "parameters":
            fill(self._model, message)
            self._model.eval()
            torch.manual_seed(self._entry.context.seed)
            return Message(header={"kind": "filled"})
        return super().answer(message)


Role = Trainer | Restorer | Predictor
_ROLES: dict[str, type[Role]] = {
    "trainer": Trainer,
    "restorer": Restorer,
    "predictor": Predictor,
    "subject": Subject,
}


def main() -> None:
    """Answer the supervisor's requests until it ends this process."""
    context = _prepared()
    role: Role | None = None
    while True:
        try:
            message = receive(REQUESTS, _MAX_REQUEST_BYTES)
        except StreamEndedError:
            return
        try:
            if role is None:
                role = _opened(message.header, context)
                answer = Message(header={"kind": "ready"})
            else:
                answer = role.answer(message)
        except BaseException as error:  # noqa: BLE001 - a project may raise anything, SystemExit included
            traceback.print_exc()
            answer = _fault(error)
        send(ANSWERS, answer)


def _prepared() -> Context:
    """What the project may know of the run, after everything is in place that must not be its fault."""
    header: dict[str, Any] = receive(REQUESTS, _MAX_REQUEST_BYTES).header
    context = Context(**header["context"])
    torch.set_num_threads(header["threads"])
    torch.set_deterministic_debug_mode("warn")  # as use_deterministic_algorithms, which loads a compiler for a second
    lacks = _missing_devices(header["gpus"])
    if not lacks:
        fix_seeds(context.seed)
    project = SCRATCH / PROJECT
    tripwire.arm(OBSERVED, project=project, checkpoint=SCRATCH / FOLDER, temporary=SCRATCH / TEMPORARY, package=PACKAGE)
    send(ANSWERS, Message(header={"kind": "prepared", "lacks": lacks}))
    return context


def _missing_devices(gpus: int) -> str:
    """What is wrong with the accelerators; empty if there are as many as the run was given, or none is asked for."""
    if not gpus:
        return ""
    if not torch.backends.cuda.is_built():
        return f"PyTorch {torch.__version__} of this image is built without CUDA"
    found = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return "" if found == gpus else f"PyTorch sees {found} GPUs instead of {gpus}"


def _opened(header: dict[str, Any], context: Context) -> Role:
    open_package(SCRATCH / PROJECT)
    architecture, training = (
        importlib.import_module(f"{PACKAGE}.{header[part]}") for part in ("architecture", "training")
    )
    return _ROLES[header["role"]](Entry(architecture, training, context))


def open_package(root: Path) -> None:
    """Make the project's files importable by their plain names, and relatively to each other also at the root.

    The review follows both spellings, so both have to work here. A file that is imported in both is loaded twice.
    """
    sys.path.insert(0, str(root))
    initial = root / "__init__.py"
    if initial.is_file():
        spec = importlib.util.spec_from_file_location(PACKAGE, initial, submodule_search_locations=[str(root)])
    else:
        spec = importlib.machinery.ModuleSpec(PACKAGE, None, is_package=True)
        spec.submodule_search_locations = [str(root)]
    if spec is None:
        raise ImportError(f"{initial.name} cannot be imported")
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    if spec.loader is not None:
        spec.loader.exec_module(package)


def _sequences(body: bytes, length: int, device: str) -> torch.Tensor:
    return tensor_of(body, "uint8").reshape(-1, length).to(device=device, dtype=torch.int64)


def _fault(error: BaseException) -> Message:
    fault = Fault.CONTRACT_BROKEN if isinstance(error, ContractError) else Fault.PROJECT_RAISED
    detail = f"{type(error).__name__}: {error}"[:_DETAIL_CHARACTERS]
    return Message(header={"kind": "fault", "fault": fault, "detail": detail})
