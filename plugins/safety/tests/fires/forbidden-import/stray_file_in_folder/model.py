import os  # expect: forbidden-import
import helper  # expect: forbidden-import
from pkg import helper as fine


def build():
    return fine.size()
