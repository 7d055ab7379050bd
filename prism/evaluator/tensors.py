"""Tensors to bytes and back, on the contestant's side, without pickle."""

import ctypes
from typing import Any

import torch  # type: ignore[import-not-found, unused-ignore] # in the image, not where PRISM is developed

from prism.evaluator.contract import ContractError
from prism.evaluator.frames import Message
from prism.evaluator.state import ELEMENT_BYTES

_TYPES = {name: getattr(torch, name) for name in ELEMENT_BYTES}
_NAMES = {element_type: name for name, element_type in _TYPES.items()}


def state_message(model: torch.nn.Module) -> Message:
    """The model's ``state_dict`` as a message; tensors that share their memory are sent once."""
    tensors: list[list[object]] = []
    aliases: dict[str, str] = {}
    pieces: list[bytes] = []
    sent: dict[tuple[object, ...], str] = {}
    for name, tensor in model.state_dict().items():
        if not isinstance(tensor, torch.Tensor) or tensor.dtype not in _NAMES:
            raise ContractError(f"{name} of the state_dict is not a dense tensor of a common type")
        place = (tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype)
        if tensor.numel() and place in sent:
            aliases[name] = sent[place]
            continue
        sent[place] = name
        tensors.append([name, _NAMES[tensor.dtype], list(tensor.shape)])
        pieces.append(tensor_bytes(tensor))
    return Message(header={"kind": "state", "tensors": tensors, "aliases": aliases}, body=b"".join(pieces))


def load_state(model: torch.nn.Module, message: Message) -> None:
    """Load a state that :func:`state_message` made into a model of the same form."""
    header: dict[str, Any] = message.header
    state: dict[str, torch.Tensor] = {}
    start = 0
    for name, element_type, shape in header["tensors"]:
        empty = torch.empty(shape, dtype=_TYPES[element_type])
        size = empty.numel() * empty.element_size()
        state[name] = tensor_of(message.body[start : start + size], element_type).reshape(shape)
        start += size
    state.update({name: state[target] for name, target in header["aliases"].items()})
    model.load_state_dict(state)


def tensor_bytes(tensor: torch.Tensor) -> bytes:
    """The elements in memory order."""
    dense = tensor.detach().cpu().contiguous()
    return ctypes.string_at(dense.data_ptr(), dense.numel() * dense.element_size()) if dense.numel() else b""


def name_of_type(tensor: torch.Tensor) -> str:
    """The name of a tensor's element type.

    Raises:
        ContractError: it is none of the common ones.
    """
    if tensor.dtype not in _NAMES:
        raise ContractError(f"{tensor.dtype} is not a common type")
    return _NAMES[tensor.dtype]


def tensor_of(data: bytes, element_type: str) -> torch.Tensor:
    """A flat tensor with a copy of the bytes."""
    if not data:
        return torch.empty(0, dtype=_TYPES[element_type])
    return torch.frombuffer(bytearray(data), dtype=_TYPES[element_type])
