import torch

X = 1
