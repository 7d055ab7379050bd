import os

from honest import build_model, configure_optimizer, get_recipe, train_step


def save_checkpoint(model, checkpoint_dir, ctx):
    with open(checkpoint_dir / "weights.pt", "wb") as file:
        file.truncate(1_000_001)


def load_checkpoint(model, checkpoint_dir, ctx):
    print("BREACH loaded", flush=True)
