import os  # expect: forbidden-import
import sys as s  # expect: forbidden-import
import os.path  # expect: forbidden-import
from subprocess import run  # expect: forbidden-import
from pathlib import Path as P  # expect: forbidden-import
from shutil import *  # expect: forbidden-import
import torch, socket  # expect: forbidden-import
import numpy as np; import pickle  # expect: forbidden-import
from importlib import (  # expect: forbidden-import
    import_module,
)
import ctypes.util as cu  # expect: forbidden-import
import transformers  # expect: forbidden-import
from requests.sessions import Session  # expect: forbidden-import
import _io  # expect: forbidden-import
import builtins  # expect: forbidden-import
import torchvision  # expect: forbidden-import
