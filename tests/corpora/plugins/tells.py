"""Tells what the guarded process can see of its surroundings."""

import os
import resource

from prism import Rule, Severity, hookimpl

RULE = Rule(id="tells/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_project(project):
    kinds = sorted({os.readlink(f"/proc/self/fd/{fd}").split(":")[0] for fd in os.listdir("/proc/self/fd") if int(fd) > 2 and os.path.exists(f"/proc/self/fd/{fd}")})
    yield RULE.finding(f"environment {sorted(os.environ)}")
    yield RULE.finding(f"descriptors {kinds}")
    yield RULE.finding(f"files {resource.getrlimit(resource.RLIMIT_NOFILE)}")
    yield RULE.finding(f"core {resource.getrlimit(resource.RLIMIT_CORE)}")
    print("noise on standard output")
