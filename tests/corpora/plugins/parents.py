"""Says that it changes nothing, and notes in every node its parent, as many transformers do."""

import ast

from prism import hookimpl

reads_only = True


@hookimpl
def prism_check_file(file):
    for node in ast.walk(file.tree):
        for child in ast.iter_child_nodes(node):
            child.parent = [node]
    return []
