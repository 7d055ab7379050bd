"""Plugins of strangers, really installed: a package and its metadata in a folder on the path of a new process."""

import os
import subprocess
import sys
from pathlib import Path


def install(folder: Path, name: str, source: str) -> None:
    """Install a plugin of one module under the given name into a folder."""
    (folder / f"house_{name}.py").write_text(source, encoding="utf-8")
    metadata = folder / f"house_{name}-1.2.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: house-{name}\nVersion: 1.2\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[prism]\n{name} = house_{name}\n", encoding="utf-8")


def prism(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with the plugins of a folder installed."""
    return subprocess.run(
        [sys.executable, "-m", "prism", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path]), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
