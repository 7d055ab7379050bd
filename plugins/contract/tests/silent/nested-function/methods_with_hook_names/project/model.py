from torch import nn


class Net(nn.Module):
    def infer(self, x):
        return x

    def train_step(self, x, y):
        return x

    async def compute_loss(self):
        yield 1

    def build_model(self):
        return self


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}
