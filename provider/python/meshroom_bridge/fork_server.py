"""Forks a hook host from this warm interpreter for every request: milliseconds instead of the start of an interpreter.

Only the meshroom package is imported here and no thread is started, so there is nothing that a fork could break. Hooks' own modules, their
threads and event loops live in the forked hosts.
"""

import gc
import json
import os
import select
import signal
import socket
from typing import Any, NoReturn

from . import host

REQUESTS, REPLIES = 3, 4
# <linux/prctl.h>
PR_SET_DUMPABLE = 4


def run(address: str) -> None:
    """Serves until the parent closes its end. Requests: `{"fork": n}`; replies: `{"forked": n, "pid"}`, `{"gone": pid, "code", "signal"}`."""
    hide_memory()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    gc.freeze()
    tell({"type": "server", "pid": os.getpid()})
    rest = b""
    while True:
        ready, _, _ = select.select([REQUESTS, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            reap()
        if REQUESTS not in ready:
            continue
        chunk = os.read(REQUESTS, 65536)
        if not chunk:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            fork(json.loads(line)["fork"], address, (woken, wake))


def tell(message: dict[str, Any]) -> None:
    os.write(REPLIES, json.dumps(message).encode() + b"\n")


def reap() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        code = os.waitstatus_to_exitcode(status)
        ended = {"code": code, "signal": None} if code >= 0 else {"code": None, "signal": signal.Signals(-code).name}
        tell({"gone": pid, **ended})


def fork(number: int, address: str, ours: tuple[int, int]) -> None:
    pid = os.fork()
    if pid:
        tell({"forked": number, "pid": pid})
        return
    try:
        become_host(number, address, ours)
    finally:
        os._exit(70)


def become_host(number: int, address: str, ours: tuple[int, int]) -> NoReturn:
    # A session of its own: it is ended together with all that its hooks started.
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for descriptor in (REQUESTS, REPLIES, *ours):
        os.close(descriptor)
    for stream, descriptor in (("stdout", 1), ("stderr", 2)):
        connection = connect(address, number, stream)
        os.dup2(connection.detach(), descriptor)
    control = connect(address, number, "control").detach()
    host.serve(control, control)
    os._exit(0)


def hide_memory() -> None:
    """Hosts inherit it: on Linux, other processes of the same user, other hosts among them, may not look at their memory."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (ImportError, OSError, AttributeError, TypeError):
        pass


def connect(address: str, number: int, stream: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(address)
    connection.sendall(json.dumps({"host": number, "stream": stream}).encode() + b"\n")
    return connection

