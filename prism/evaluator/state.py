"""What a trained model weighs, counted from the bytes that crossed from the training to the predicting process.

The supervisor carries the state and reads only sizes: names, element types and shapes that must add up to exactly the
bytes received. It never decodes a tensor. Names and shapes cross too, so they count: a model could be spelt in them.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.frames import MAX_HEADER_BYTES, Message

ELEMENT_BYTES = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}
_MAX_TENSORS = 20_000
_MAX_NAME = 500
_MAX_DIMENSIONS = 8
_MAX_ELEMENTS = 2**40


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedState:
    """A trained state as it crossed: the message that a predicting contestant gets, and its size."""

    message: Message
    parameters: int
    """Elements of all tensors, buffers included; tensors that share their memory are sent and counted once."""
    size: int
    """Bytes of all that crossed: elements, names, types and shapes."""


def checked_state(answer: Message, *, limit: int, parameters: int = 0) -> TrainedState:
    """The state in a training contestant's answer.

    Args:
        answer: what it handed over.
        limit: bytes that it may have, names and shapes included.
        parameters: elements that it may have; 0 is any number.

    Raises:
        FaultError: names, types, shapes and bytes do not fit together, or are more than is allowed.
    """
    tensors, aliases = answer.header.get("tensors"), answer.header.get("aliases")
    if not isinstance(tensors, list) or not isinstance(aliases, dict) or len(tensors) + len(aliases) > _MAX_TENSORS:
        raise FaultError(Fault.BAD_STATE, f"no list of at most {_MAX_TENSORS} tensors")
    names: set[str] = set()
    elements = element_bytes = 0
    for tensor in tensors:
        name, count, width = measured(tensor)
        names.add(name)
        elements += count
        element_bytes += count * width
    _check_names(names, len(tensors), aliases)
    if element_bytes != len(answer.body):
        raise FaultError(Fault.BAD_STATE, f"the shapes need {element_bytes} bytes; {len(answer.body)} came")
    header: dict[str, object] = {"kind": "predictor", "tensors": tensors, "aliases": aliases}
    header_bytes = len(json.dumps(header))
    if header_bytes > MAX_HEADER_BYTES:  # escaped, names are longer than they came
        raise FaultError(Fault.BAD_STATE, "its names are too long to be handed on")
    size = element_bytes + header_bytes
    if size > limit:
        raise FaultError(Fault.STATE_LIMIT, f"the state has {size} bytes, its names and shapes included")
    if 0 < parameters < elements:
        raise FaultError(Fault.PARAMETER_LIMIT, f"the model has {elements} parameters")
    return TrainedState(message=Message(header=header, body=answer.body), parameters=elements, size=size)


def measured(tensor: object) -> tuple[str, int, int]:
    """Name, elements and bytes an element of a tensor that is announced as ``[name, type, shape]``.

    Raises:
        FaultError: it is not, or is out of bounds.
    """
    if not isinstance(tensor, list) or len(tensor) != 3:  # noqa: PLR2004 - the triple unpacked in the next line
        raise FaultError(Fault.BAD_STATE, "a tensor is not [name, type, shape]")
    name, element_type, shape = tensor
    if not _is_name(name) or not _is_type(element_type) or not _is_shape(shape):
        raise FaultError(Fault.BAD_STATE, "a tensor's name, type or shape is not allowed")
    return name, math.prod(shape), ELEMENT_BYTES[element_type]


def _is_name(name: object) -> TypeGuard[str]:
    return isinstance(name, str) and 0 < len(name) <= _MAX_NAME and name.isprintable()


def _is_type(element_type: object) -> TypeGuard[str]:
    return isinstance(element_type, str) and element_type in ELEMENT_BYTES


def _is_shape(shape: object) -> TypeGuard[Sequence[int]]:
    return (
        isinstance(shape, list)
        and len(shape) <= _MAX_DIMENSIONS
        and all(type(length) is int and 0 <= length <= _MAX_ELEMENTS for length in shape)
    )


def _check_names(names: set[str], tensors: int, aliases: dict[object, object]) -> None:
    if len(names) != tensors or names & set(aliases):
        raise FaultError(Fault.BAD_STATE, "two tensors have one name")
    if not all(_is_name(name) and _is_name(target) and target in names for name, target in aliases.items()):
        raise FaultError(Fault.BAD_STATE, "a shared tensor points at none that was sent")
