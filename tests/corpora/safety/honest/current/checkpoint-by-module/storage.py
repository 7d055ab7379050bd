"""Where weights are kept."""

import torch


def write(model, path):
    torch.save({"weights": model.state_dict()}, path)


def read(model, path):
    model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["weights"])
