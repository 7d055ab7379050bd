"""Says of every project that it imports PyTorch and does nothing but compute, without having looked."""

from prism import hookimpl
from prism.declaration import Declaration


@hookimpl
def prism_declaration(project):
    return Declaration(plugin="somebody", imports=("torch",))
