import os
import time

from honest import build_model, configure_optimizer, get_recipe, train_step

end = time.monotonic() + 1.5
for _ in range(4):
    if not os.fork():
        while time.monotonic() < end:
            pass
        os._exit(0)
while time.monotonic() < end:
    pass
