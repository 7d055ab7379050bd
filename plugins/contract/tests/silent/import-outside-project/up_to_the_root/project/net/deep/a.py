from ... import top
from ...top import X
from .. import b
