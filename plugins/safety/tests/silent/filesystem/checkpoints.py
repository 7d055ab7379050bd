"""Checkpoints inside the folder that is handed in."""

import torch

NAMES = ("embed", "head")


def path_of(folder, name="weights.pt"):
    return folder / name


def write(state, path):
    torch.save(state, path)


def save_checkpoint(model, checkpoint_dir, ctx):
    checkpoint_dir.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), checkpoint_dir / "weights.pt")
    torch.save(model.state_dict(), f"{checkpoint_dir}/weights.pt")
    torch.save(model.state_dict(), str(checkpoint_dir) + "/weights.pt")
    torch.save(obj=model.state_dict(), f=checkpoint_dir.joinpath("parts", "weights.pt"))
    for index, block in enumerate(model.blocks):
        torch.save(block.state_dict(), checkpoint_dir / f"block{index}.pt")
    for name in NAMES:
        write(getattr(model, name).state_dict(), path_of(checkpoint_dir, f"{name}.pt"))
    print(f"saved to {checkpoint_dir}", checkpoint_dir.name)


def load_checkpoint(model, checkpoint_dir, ctx):
    path = path_of(checkpoint_dir)
    if not path.exists():
        raise FileNotFoundError(path)
    model.load_state_dict(torch.load(path, map_location=ctx.device, weights_only=True))
