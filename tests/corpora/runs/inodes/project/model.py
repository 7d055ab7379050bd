import os

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained


def fill():
    for number in range(100_000):
        os.mkdir(f"/scratch/tmp/{number}")


contained("fill", fill)
