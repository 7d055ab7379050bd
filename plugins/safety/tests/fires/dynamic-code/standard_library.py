import os  # expect: forbidden-import
import random
import subprocess as sp  # expect: forbidden-import
import typing
from os import system as run_it  # expect: forbidden-import


def processes():
    os.system("id")  # expect: process
    run_it("id")  # expect: process
    sp.run(["id"])  # expect: process
    p = sp.Popen
    p(["id"])  # expect: process
    os.environ["A"]  # expect: environment


def others():
    random.SystemRandom()  # expect: environment
    typing.get_type_hints(processes)  # expect: dynamic-code
    typing.ForwardRef("1")  # expect: dynamic-code
    return os.path.sep
