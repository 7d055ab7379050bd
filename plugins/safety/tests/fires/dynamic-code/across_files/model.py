from lib.hidden import run as go
from lib import hidden as h
import lib.hidden


def build():
    go("1")  # expect: dynamic-code
    h.table["run"]("1")  # expect: dynamic-code
    lib.hidden.make()("1")  # expect: dynamic-code
