"""Plain weights from the folder that is handed in."""

import torch


def load_checkpoint(model, checkpoint_dir, ctx):
    model.load_state_dict(torch.load(checkpoint_dir / "weights.pt", weights_only=True))
    model.load_state_dict(torch.load(f"{checkpoint_dir}/weights.pt", "cpu", weights_only=True), strict=True)
