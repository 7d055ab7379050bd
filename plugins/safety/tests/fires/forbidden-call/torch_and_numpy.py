import numpy as np
import torch
import torch.nn as nn
from numpy import load as np_load
from torch import load, save as keep
from torch import hub


def files(x):
    torch.load("w.pt")  # expect: forbidden-call
    torch.load("w.pt", weights_only=True)  # expect: forbidden-call
    load("w.pt")  # expect: forbidden-call
    keep(x, "w.pt")  # expect: forbidden-call
    torch.jit.load("m")  # expect: forbidden-call
    torch.jit.save(x, "m")  # expect: forbidden-call
    np.load("a.npy", allow_pickle=True)  # expect: forbidden-call
    np_load("a.npy")  # expect: forbidden-call
    np.save("a.npy", x)  # expect: forbidden-call
    np.savez("a", x)  # expect: forbidden-call
    np.fromfile("a")  # expect: forbidden-call
    np.memmap("a")  # expect: forbidden-call
    np.loadtxt("a")  # expect: forbidden-call
    np.genfromtxt("a")  # expect: forbidden-call
    torch.from_file("a")  # expect: forbidden-call
    torch.serialization.load("a")  # expect: forbidden-call
    x.numpy().tofile("a")  # expect: forbidden-call


def elsewhere():
    hub.load("a/b", "c")  # expect: forbidden-call
    torch.hub.load("a/b", "c")  # expect: forbidden-call
    torch.hub.load_state_dict_from_url("u")  # expect: forbidden-call
    torch.utils.cpp_extension.load_inline("n", "s")  # expect: forbidden-call
    torch.ops.load_library("l.so")  # expect: forbidden-call
    torch.classes.load_library("l.so")  # expect: forbidden-call
    torch.distributed.init_process_group("gloo")  # expect: forbidden-call
    torch.multiprocessing.spawn(print)  # expect: forbidden-call
    torch.library.Library("a", "DEF")  # expect: forbidden-call
    torch.utils.benchmark.Timer("1").timeit()  # expect: forbidden-call
    np.ctypeslib.load_library("l", ".")  # expect: forbidden-call
    np.f2py.compile("s")  # expect: forbidden-call
    torch.utils.data.datapipes.iter.FileOpener([])  # expect: forbidden-call
    nn.modules.module.register_module_forward_hook(print)  # expect: forbidden-call
