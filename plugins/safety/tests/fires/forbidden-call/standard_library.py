import os  # expect: forbidden-import
import random
import subprocess as sp  # expect: forbidden-import
import typing
from os import system as run_it  # expect: forbidden-import


def processes():
    os.system("id")  # expect: forbidden-call
    run_it("id")  # expect: forbidden-call
    sp.run(["id"])  # expect: forbidden-call
    p = sp.Popen
    p(["id"])  # expect: forbidden-call
    os.environ["A"]  # expect: forbidden-call


def others():
    random.SystemRandom()  # expect: forbidden-call
    typing.get_type_hints(processes)  # expect: forbidden-call
    typing.ForwardRef("1")  # expect: forbidden-call
    return os.path.sep
