import os
import threading

from honest import build_model, configure_optimizer, get_recipe, train_step


def flood():
    while True:
        os.write(2, b"flood " * 10_000)


threading.Thread(target=flood, daemon=True).start()
