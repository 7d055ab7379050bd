"""Runs a model file and its rewritten copies on the same input, in a container that has torch, and says which differ.

Read from stdin: a JSON list of ``[name, source]``, the original first. Printed: a JSON list of the names that differ.
"""

import json
import sys
import types

import torch


def outcome(name: str, source: str) -> torch.Tensor:
    module = types.ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102 - the tests' own source, in a container
    torch.manual_seed(0)
    result: torch.Tensor = module.forward(torch.arange(24).reshape(2, 12) % 50)
    return result


def main() -> None:
    (first, source), *rest = json.load(sys.stdin)
    expected = outcome(first, source)
    differ = []
    for name, text in rest:
        try:
            if not torch.allclose(outcome(name, text), expected, atol=1e-5):
                differ.append(f"{name}: another result")
        except Exception as error:  # noqa: BLE001 - whatever a wrong rewriting does is its result
            differ.append(f"{name}: {type(error).__name__}: {error}")
    sys.stdout.write(json.dumps(differ))


if __name__ == "__main__":
    main()
