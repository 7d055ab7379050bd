"""The policy that the reference is generated under: the default one, with the plugins that it leaves out."""

from functools import cache

from prism.policy.layers import read_layers
from prism.policy.loading import EffectivePolicy, in_force

LEFT_OUT = {
    "llm": {},
    "webhook": {"settings": {"url": "https://receiver.example/", "secret_file": "secret"}},
}
"""With the settings that they cannot do without."""


@cache
def with_every_plugin() -> EffectivePolicy:
    """The default policy with every plugin that comes with PRISM, at its default settings."""
    return in_force(read_layers("default").over({"plugins": LEFT_OUT}, said_by="the reference"))
