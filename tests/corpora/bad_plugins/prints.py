"""Prints whenever it can: when it is imported, in the guard, outside of it, and by a program that it starts."""

import os
import sys

from prism import Rule, Severity, hookimpl

RULE = Rule(id="prints/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")
print("imported")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_file(file):
    print("checking", file=sys.stdout)
    return []


@hookimpl
def prism_verdict(findings, proposed):
    print("judging")
    os.write(1, b"judging, without Python's help\n")
    os.system("echo judging, by a program")
