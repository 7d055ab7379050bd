import os

from honest import build_model, configure_optimizer, get_recipe, train_step


def save_checkpoint(model, checkpoint_dir, ctx):
    os.symlink("/proc/1/mem", checkpoint_dir / "weights.pt")


def load_checkpoint(model, checkpoint_dir, ctx):
    print("BREACH loaded", flush=True)
