"""A plugin that compares, as policies of tests name it, and gates that use it."""

from pathlib import Path

from ruamel.yaml import YAML

from prism.gate import Gate

PLUGIN = '''
"""Finds projects that share a line, by digest alone."""

import hashlib

from prism import Rule, Severity, hookimpl
from prism.corpus import Index, Scheme, Unit

FEATURES = "{features}"
SCHEME = Scheme(features=FEATURES, hashing="{hashing}", seed=1, permutations=2, bands=2, rows=1)
SAME = Rule(id="indexer/same-line", title="t", severity=Severity.ERROR, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [SAME]


@hookimpl
def prism_check_project(project):
    if any("REJECT" in file.text for file in project):
        yield SAME.finding("it says so")


@hookimpl
def prism_fingerprint(project):
    lines = [line for file in project for line in file.lines if line]
    if "{refused}" in lines:
        raise ValueError("a line that this version refuses")
    return {{"features": FEATURES, "lines": lines}}


@hookimpl
def prism_index(fingerprint):
    if fingerprint["features"] != FEATURES:
        raise ValueError("made by another version")
    return Index(scheme=SCHEME, units=tuple(map(unit, fingerprint["lines"])))


def unit(line):
    digest = hashlib.sha256(line.encode()).hexdigest()
    value = int(digest[:15], 16)
    return Unit(kind="line", path="model.py", size=1, digest=digest, buckets=(value, -value))


@hookimpl
def prism_compare(project, fingerprint, index, corpus):
    hits = corpus.near(index).hits
    for submission in sorted({{hit.submission for hit in hits}}):
        if not corpus.hotkey or corpus.earlier([submission])[submission].hotkey != corpus.hotkey:
            yield SAME.finding(f"a line of {{submission}}")
'''


def gate(folder: Path, *, features: str = "1", hashing: str = "x", refused: str = "nothing") -> Gate:
    """A gate with this one plugin, whose features and signatures are of these versions."""
    plugin, policy = folder / "indexer.py", folder / "policy.yaml"
    plugin.write_text(PLUGIN.format(features=features, hashing=hashing, refused=refused), encoding="utf-8")
    YAML().dump({"policy": 1, "name": "test", "plugins": {"indexer": {"from": "./indexer.py"}}}, policy)
    return Gate.from_policy(policy)


def project(folder: Path, *lines: str) -> Path:
    """A project of one file of these lines."""
    root = folder / "project"
    root.mkdir(exist_ok=True)
    (root / "model.py").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return root
