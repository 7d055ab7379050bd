import gc
import os
from pathlib import Path

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained


def bundled():
    found = [path for path in Path("/opt/prism").rglob("*") if path.suffix not in (".py", ".pyc") and path.is_file()]
    return found[0]


def elsewhere():
    roots = ("/scratch", "/opt", "/home", "/srv", "/mnt", "/run", "/tmp", "/var")
    texts = [path for root in roots for path in Path(root).rglob("*") if path.name in ("heldout.txt", "train.txt")]
    return texts[0]


def in_memory():
    kept = [item for item in gc.get_objects() if isinstance(item, (bytes, str)) and len(item) > 10_000]
    nonces = [item for item in gc.get_objects() if isinstance(item, dict) and (isinstance(item.get("nonce"), str) or "heldout_bytes" in item)]
    return (kept + nonces)[0]


def in_environment():
    expected = {"PATH", "LC_ALL", "HOME", "TMPDIR", "PYTHONHASHSEED", "OMP_NUM_THREADS", "CUBLAS_WORKSPACE_CONFIG"}
    return sorted(name for name in os.environ if name not in expected and not name.startswith(("TORCH", "KMP", "PYTORCH", "TRITON")))[0]


for attempt in (bundled, elsewhere, in_memory, in_environment):
    contained(attempt.__name__, attempt)
