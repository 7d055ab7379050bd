"""All rewrites by name."""

from collections.abc import Mapping

from tests.safety.mutation import calls, carriers, files, flow, methods, names, spelling
from tests.safety.mutation.carriers import Rewrite

REWRITES: Mapping[str, Rewrite] = {
    name: rewrite
    for module in (carriers, spelling, calls, flow, names, files, methods)
    for name, rewrite in module.rewrites().items()
}
