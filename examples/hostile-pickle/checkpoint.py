"""Weights of an earlier run, in hexadecimal."""

# cposix / system / (S'id' / tR.  -- a pickle that calls posix.system("id") instead of describing tensors
WEIGHTS = "63706f7369780a73797374656d0a2853276964270a74522e"
