"""Paths in the folder that is handed in, by functions inside the contract's and by lambdas called where they stand."""

import torch


def save_checkpoint(model, checkpoint_dir, ctx):
    def place():
        return checkpoint_dir / "model.pt"

    def write(state, path):
        torch.save(state, path)

    write(model.state_dict(), checkpoint_dir / "weights.pt")
    torch.save(model.state_dict(), place())
    torch.save({"steps": ctx.steps}, (lambda: checkpoint_dir)() / "steps.pt")
