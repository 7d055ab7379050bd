from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained


def fill():
    for number in range(1000):
        with open(f"/scratch/tmp/{number}", "wb") as file:
            file.write(bytes(1_000_000))


contained("fill", fill)
