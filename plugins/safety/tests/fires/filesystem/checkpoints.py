"""Paths that leave the folder that is handed in, or go where nobody sees them."""

import torch

KEPT = None


def write(state, path):
    torch.save(state, path)  # expect: filesystem


def above(folder):
    return folder / ".."  # expect: filesystem


def save_checkpoint(model, checkpoint_dir, ctx):
    global KEPT
    torch.save({}, checkpoint_dir / ".." / "weights.pt")  # expect: filesystem
    torch.save({}, checkpoint_dir / model.name)  # expect: filesystem
    torch.save({}, f"{checkpoint_dir}.pt")  # expect: filesystem
    torch.save({}, f"{checkpoint_dir}/../weights.pt")  # expect: filesystem
    torch.save({}, str(checkpoint_dir)[:5] + "/weights.pt")  # expect: filesystem
    torch.save({}, checkpoint_dir / "weights.pt", pickle_protocol=2)  # expect: filesystem
    torch.save({}, above(checkpoint_dir))
    write({}, checkpoint_dir / "weights.pt")
    write({}, model.path)
    KEPT = checkpoint_dir  # expect: filesystem
    model.folder, model.step = checkpoint_dir, 1  # expect: filesystem
    model.keep([checkpoint_dir])  # expect: filesystem
    return [checkpoint_dir]  # expect: filesystem


def load_checkpoint(model, checkpoint_dir, ctx):
    torch.load(checkpoint_dir / "weights.pt")  # expect: deserialisation
    torch.load(checkpoint_dir / "weights.pt", weights_only=ctx.safe)  # expect: deserialisation
    checkpoint_dir.open("weights.pt")  # expect: filesystem
    list(checkpoint_dir.glob("*"))  # expect: filesystem
    type(checkpoint_dir)("/etc/hostname")  # expect: filesystem
    checkpoint_dir._flavour  # expect: filesystem
    "/etc" / checkpoint_dir  # expect: filesystem


def notes(thing, checkpoint_dir):
    thing.folder.read_text()  # expect: filesystem
    return checkpoint_dir.parent  # expect: filesystem
