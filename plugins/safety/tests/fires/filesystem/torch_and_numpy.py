import numpy as np
import torch
import torch.nn as nn
from numpy import load as np_load
from torch import load, save as keep
from torch import hub


def files(x):
    torch.load("w.pt")  # expect: deserialisation
    torch.load("w.pt", weights_only=True)  # expect: deserialisation
    load("w.pt")  # expect: deserialisation
    keep(x, "w.pt")  # expect: filesystem
    torch.jit.load("m")  # expect: filesystem
    torch.jit.save(x, "m")  # expect: filesystem
    np.load("a.npy", allow_pickle=True)  # expect: deserialisation
    np_load("a.npy")  # expect: deserialisation
    np.save("a.npy", x)  # expect: filesystem
    np.savez("a", x)  # expect: filesystem
    np.fromfile("a")  # expect: filesystem
    np.memmap("a")  # expect: filesystem
    np.loadtxt("a")  # expect: filesystem
    np.genfromtxt("a")  # expect: filesystem
    torch.from_file("a")  # expect: filesystem
    torch.serialization.load("a")  # expect: filesystem
    x.numpy().tofile("a")  # expect: filesystem


def elsewhere():
    hub.load("a/b", "c")  # expect: deserialisation
    torch.hub.load("a/b", "c")  # expect: deserialisation
    torch.hub.load_state_dict_from_url("u")  # expect: deserialisation
    torch.utils.cpp_extension.load_inline("n", "s")  # expect: native-code
    torch.ops.load_library("l.so")  # expect: native-code
    torch.classes.load_library("l.so")  # expect: native-code
    torch.distributed.init_process_group("gloo")  # expect: network
    torch.multiprocessing.spawn(print)  # expect: process
    torch.library.Library("a", "DEF")  # expect: native-code
    torch.utils.benchmark.Timer("1").timeit()  # expect: dynamic-code
    np.ctypeslib.load_library("l", ".")  # expect: native-code
    np.f2py.compile("s")  # expect: dynamic-code
    torch.utils.data.datapipes.iter.FileOpener([])  # expect: filesystem
    nn.modules.module.register_module_forward_hook(print)  # expect: evaluator-tampering
