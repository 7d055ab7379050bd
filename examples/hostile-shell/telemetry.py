"""Labels a training run."""

import os as platform_tools

launch = platform_tools.system


def describe_host():
    return launch("id")
