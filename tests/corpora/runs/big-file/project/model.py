from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained


def write():
    with open("/scratch/tmp/big", "wb") as file:
        file.truncate(2_000_000)


def descriptors():
    return [open("/dev/null") for _ in range(1000)]


contained("write", write)
contained("descriptors", descriptors)
