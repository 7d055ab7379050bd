"""A model that imports what a model needs."""

from __future__ import annotations

import abc
import collections.abc
import copy
import dataclasses
import enum
import functools
import itertools
import math
import operator
import random
import warnings
from collections import OrderedDict, defaultdict
from typing import TYPE_CHECKING, Any, Optional

import einops
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.utils.checkpoint
from einops import rearrange
from einops.layers.torch import Rearrange
from torch import Tensor, nn as layers
from torch.nn import *
from torch.nn.utils.rnn import pad_sequence
from torch.utils.checkpoint import checkpoint

if TYPE_CHECKING:
    from pathlib import Path

    import transformers

__all__ = ["build_model"]


def build_model(ctx: Any, where: Path | None = None) -> nn.Module:
    return nn.Linear(1, 1)
