import socket
from pathlib import Path

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained

PORT = int(Path(__file__).with_name("port.txt").read_text())


def reach(address, port, family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_STREAM) as made:
        made.settimeout(0.5)
        made.connect((address, port))
        return address


def resolve():
    return socket.getaddrinfo("localhost.example.com", 80)


def other_interfaces():
    return [name for _, name in socket.if_nameindex() if name != "lo"][0]


def engine_socket():
    return next(path for path in ("/var/run/docker.sock", "/run/docker.sock") if Path(path).exists())


for address in ("127.0.0.1", "172.17.0.1", "169.254.169.254", "8.8.8.8"):
    contained(address, lambda: reach(address, PORT))
contained("::1", lambda: reach("::1", PORT, socket.AF_INET6))
for attempt in (resolve, engine_socket):
    contained(attempt.__name__, attempt)
contained("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
contained("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
contained("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
contained("vsock", lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
