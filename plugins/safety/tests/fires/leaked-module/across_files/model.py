import helper
from helper import give, lib
from pkg.tools import *


def build():
    helper.lib.os  # expect: leaked-module
    lib.sys  # expect: leaked-module
    give().subprocess  # expect: leaked-module
    return starred.os  # expect: leaked-module
