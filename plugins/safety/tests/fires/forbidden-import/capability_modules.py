import torch.hub  # expect: forbidden-import
import torch.utils.cpp_extension as ext  # expect: forbidden-import
from torch.multiprocessing import spawn  # expect: forbidden-import
from torch.distributed.rpc import init_rpc  # expect: forbidden-import
import numpy.ctypeslib  # expect: forbidden-import
from torch.utils.model_zoo import load_url  # expect: forbidden-import
import torch.library  # expect: forbidden-import
from numpy.testing import runstring  # expect: forbidden-import
import torch.package  # expect: forbidden-import
