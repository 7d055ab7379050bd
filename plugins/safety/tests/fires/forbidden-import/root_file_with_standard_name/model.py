import os  # expect: forbidden-import


def build():
    return os.getcwd()  # expect: environment
