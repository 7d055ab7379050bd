from . import i
