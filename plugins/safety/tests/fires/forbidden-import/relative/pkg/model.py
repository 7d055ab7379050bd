from . import helper
from .helper import size
from .missing import thing  # expect: forbidden-import
from ... import outside  # expect: forbidden-import
from ..... import far  # expect: forbidden-import


def build():
    return helper.size(), size(), thing, outside, far
