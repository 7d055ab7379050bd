"""A model's build as a message, and parameters from a message put into it: the contestant's side of a pair review."""

from collections.abc import Iterator

import torch  # type: ignore[import-not-found, unused-ignore] # in the image, not where PRISM is developed

from prism.evaluator.contract import ContractError
from prism.evaluator.frames import Message
from prism.evaluator.tensors import name_of_type, tensor_of

OWN = "own"


def described(model: torch.nn.Module) -> Message:
    """The model's modules, each before its children, and its parameters in their order."""
    parameters = [[name, name_of_type(each), list(each.shape)] for name, each in model.named_parameters()]
    modules = [[depth, _kind(module)] for depth, module in _tree(model, 0)]
    return Message(header={"kind": "described", "modules": modules, "parameters": parameters})


def fill(model: torch.nn.Module, message: Message) -> None:
    """Put the numbers of a message into the model's floating-point parameters, in their order."""
    wanted = message.header["tensors"]
    parameters = [each for each in model.parameters() if each.is_floating_point()]
    if not isinstance(wanted, list) or [list(each.shape) for each in parameters] != [shape for shape, _ in wanted]:
        raise ContractError("the model's parameters are not those that it had before")
    values = tensor_of(message.body, "float32")
    start = 0
    with torch.no_grad():
        for parameter, (shape, scale) in zip(parameters, wanted, strict=True):
            size = parameter.numel()
            parameter.copy_((values[start : start + size] * scale).reshape(shape))
            start += size


def _tree(module: torch.nn.Module, depth: int) -> "Iterator[tuple[int, torch.nn.Module]]":
    yield depth, module
    for child in module.children():
        yield from _tree(child, depth + 1)


def _kind(module: torch.nn.Module) -> str:
    """The PyTorch class that a module is or builds on; a class of the project's own says nothing by its name."""
    for kind in type(module).__mro__:
        if kind is torch.nn.Module:
            break
        if kind.__module__.startswith("torch."):
            return kind.__name__
    return OWN
