import os
import threading

from honest import build_model, configure_optimizer, get_recipe, train_step

requests = os.open("/proc/self/fd/3", os.O_RDWR | os.O_NONBLOCK)
answers = os.open("/proc/self/fd/4", os.O_RDONLY | os.O_NONBLOCK)


def disturb():
    while True:
        for attempt in (lambda: os.write(requests, bytes(65536)), lambda: os.read(requests, 65536), lambda: os.read(answers, 1)):
            try:
                attempt()
            except BlockingIOError:
                pass


for _ in range(2):
    threading.Thread(target=disturb, daemon=True).start()
while True:
    os.write(4, b"\xff")
