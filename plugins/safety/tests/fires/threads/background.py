import threading  # expect: forbidden-import

import torch


def start():
    threading.Thread(target=print).start()  # expect: threads
    torch.futures.Future()  # expect: threads
