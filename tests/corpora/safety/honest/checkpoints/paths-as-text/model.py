"""Names the files by texts that begin with the folder."""

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, vocab, width=16, depth=2):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.blocks = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        for block in self.blocks:
            x = x + block(x).relu()
        return self.head(x)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


WEIGHTS = "weights.pt"


def save_checkpoint(model, checkpoint_dir, ctx):
    torch.save(model.embed.state_dict(), f"{checkpoint_dir}/embed.pt")
    torch.save(model.blocks.state_dict(), str(checkpoint_dir) + "/" + "blocks.pt")
    torch.save(model.head.state_dict(), "/".join([str(checkpoint_dir), f"head-{WEIGHTS}"]))
    torch.save({"seed": ctx.seed}, "{}/{}".format(checkpoint_dir, WEIGHTS))
    print("saved to %s" % checkpoint_dir)


def load_checkpoint(model, checkpoint_dir, ctx):
    folder = str(checkpoint_dir)
    model.embed.load_state_dict(torch.load(f"{folder}/embed.pt", weights_only=True))
    model.blocks.load_state_dict(torch.load(folder + "/blocks.pt", weights_only=True))
    model.head.load_state_dict(torch.load("%s/head-%s" % (folder, WEIGHTS), weights_only=True))
