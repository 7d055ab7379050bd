from . import attention
from .norm import RMSNorm
