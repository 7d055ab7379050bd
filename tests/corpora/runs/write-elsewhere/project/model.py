from pathlib import Path

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained

PLACES = (
    "/x", "/etc/x", "/opt/prism/x", "/opt/prism/prism/evaluator/frames.py", "/usr/lib/x", "/tmp/x", "/var/tmp/x", "/dev/shm/x",
    "/dev/x", "/run/x", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/x", "/sys/fs/cgroup/x", "/home/x",
)
for place in PLACES:
    contained(place, lambda: Path(place).write_text("x"))
