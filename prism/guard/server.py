"""The fork server: a clean process with the plugins loaded, from which each review gets a fresh child.

It has one control socket. The parent sends the configuration, perhaps an announcement of it before, so that plugins are
imported while the parent still checks the policy; then for each review ``fork`` with a descriptor, and
``kill`` when the child has had its time; the server answers ``ready`` or ``broken: why`` once, and after each child
``exit STATUS CPU_SECONDS``. When the control socket closes, the server and its child end.
"""

import gc
import os
import select
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import msgspec

from prism.errors import PluginError, PrismError
from prism.guard.announcement import Announcement
from prism.guard.child import REQUEST_BOUND, Child
from prism.guard.frames import Channel, Configuration, PluginLoad
from prism.guard.limits import confine
from prism.guard.syscalls import require_support
from prism.host import Host
from prism.plugin import PluginDefinition, find_plugin
from prism.plugin_failure import PluginFailedError
from prism.policy.contents import content_now

CONTROL_BOUND = 4096


def main(descriptor: int) -> None:
    """Serve on an inherited control socket until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when a review ends
    control = socket.socket(fileno=descriptor)
    for first, beyond in ((3, descriptor), (descriptor + 1, os.sysconf("SC_OPEN_MAX"))):
        os.closerange(first, beyond)  # what whoever runs PRISM had left open
    try:
        require_support()
        plugins = _Plugins()
        message = _message(control)
        while isinstance(message, Announcement):
            plugins.expect(message)
            message = _message(control)
        host = Host((plugins.loaded(load), msgspec.json.decode(load.settings)) for load in message.plugins)
        for load in message.plugins:
            _refuse_changed(load)
        for name in host.implementers("prism_prepare"):
            host.call("prism_prepare", name)
    except (PrismError, PluginFailedError, msgspec.MsgspecError, OSError) as error:
        control.send(f"broken: {error}"[:CONTROL_BOUND].encode("utf-8", "replace"))
        return
    gc.freeze()  # children share these pages as long as nobody writes to them
    control.send(b"ready")
    while _serve_one(control, message, host):
        pass


class _Plugins:
    """The plugins found so far, each with what it wants to have imported."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, bytes], PluginDefinition] = {}

    def expect(self, announcement: Announcement) -> None:
        """Find the plugins announced; what is wrong with one matters only if the configuration names it too."""
        for plugin in announcement.plugins:
            with suppress(PluginError):
                self._find(plugin.name, plugin.source, plugin.base)

    def loaded(self, load: PluginLoad) -> PluginDefinition:
        """The plugin that the policy was read with, and no later version of it: the record names that one."""
        definition = self._find(load.name, load.source, load.base)
        if definition.version != load.version:
            raise PluginError(
                f"plugin {load.name!r} has changed since the policy was read", where=definition.origin, do="start again"
            )
        return definition

    def _find(self, name: str, source: str, base: bytes) -> PluginDefinition:
        if (name, source, base) not in self._found:
            definition = find_plugin(name, source, Path(os.fsdecode(base)))
            definition.import_ahead()
            self._found[name, source, base] = definition
        return self._found[name, source, base]


def _refuse_changed(load: PluginLoad) -> None:
    """What a plugin has read in the files that its settings name has to be what the policy's digest was made of."""
    for file, content in load.contents:
        path = Path(os.fsdecode(file))
        if content_now(path) != content:
            what = f"a file that plugin {load.name!r} has read has changed since the policy was read"
            raise PluginError(what, where=path.name, do="review again")


def _message(control: socket.socket) -> Announcement | Configuration:
    return msgspec.json.decode(_received(control), type=Announcement | Configuration)


def _received(control: socket.socket) -> bytes:
    size = int.from_bytes(control.recv(8), "big")
    parts = bytearray()
    while len(parts) < size:
        part = control.recv(1 << 16)
        if not part:
            break
        parts += part
    return bytes(parts)


def _serve_one(control: socket.socket, configuration: Configuration, host: Host) -> bool:
    """Fork one child and see it through; false when the parent is gone."""
    order, descriptors, _, _ = socket.recv_fds(control, CONTROL_BOUND, 1)
    if order == b"kill":  # for a child that had already ended
        return True
    if order != b"fork" or len(descriptors) != 1:
        return False
    server = os.getpid()
    child = os.fork()
    if child == 0:
        _become_child(control, descriptors[0], configuration, host, server)
    os.close(descriptors[0])
    return _see_through(control, child)


def _see_through(control: socket.socket, child: int) -> bool:
    watch = os.pidfd_open(child)
    alive = True
    while alive and watch not in select.select([control.fileno(), watch], [], [])[0]:
        alive = control.recv(CONTROL_BOUND) == b"kill"
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    os.close(watch)
    if alive:
        control.send(f"exit {status} {usage.ru_utime + usage.ru_stime:.3f}".encode())
    return alive


def _become_child(
    control: socket.socket, descriptor: int, configuration: Configuration, host: Host, server: int
) -> NoReturn:
    """Review on the given descriptor, then end without running anything that the server had registered for its exit."""
    code = 1
    try:
        control.detach()
        connection = socket.socket(fileno=descriptor)
        channel = Channel(connection)
        request = channel.receive_request(REQUEST_BOUND)
        confine(configuration.guard, cpu_seconds=request.cpu_seconds, keep=descriptor)
        if os.getppid() == server:  # else it ended before the child had asked to end with it
            Child(channel, configuration, host, request).run()
            connection.shutdown(socket.SHUT_WR)
            code = 0
    finally:
        os._exit(code)
