"""The hooks of a later version: one is deprecated, and so is an argument of another."""

import pluggy

from prism.hookspecs import NAMESPACE, deprecated

HOOK_API = 5
OLDEST_HOOK_API = 3
hookspec = pluggy.HookspecMarker(NAMESPACE)


@hookspec
def prism_rules():
    """Name the rules."""


@hookspec(
    warn_on_impl=deprecated("prism_check_file", since=4, gone_in=6, instead="implement prism_check_project"),
)
def prism_check_file(file, project):
    """Look at a file."""


@hookspec(
    warn_on_impl_args={
        "resemblances": deprecated(
            "the argument resemblances of prism_review", since=5, gone_in=7, instead="leave it out"
        )
    }
)
def prism_review(project, resemblances):
    """Give an opinion."""
