import os
import threading
import time

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained


def processes():
    for _ in range(1000):
        if not os.fork():
            time.sleep(600)
            os._exit(0)


def threads():
    for _ in range(1000):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()


contained("threads", threads)
contained("processes", processes)
