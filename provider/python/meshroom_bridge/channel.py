"""The wire to the parent: one JSON object a line, questions that wait for their answer, cancelling what runs."""

import _thread
import itertools
import json
import os
import queue
import signal
import sys
import threading
from typing import Any

Message = dict[str, Any]

OUTPUT_END = "\x1e"
# Between the parts of a line that is said among what is printed.
SAID = "\x1f"
# Lines of one text that are handed over; so many are never shown.
MOST_LINES = 1000


class Cancelled(KeyboardInterrupt):
    """Raised inside a hook that is to end: like Ctrl-C, so that its `finally` runs and `except Exception` does not swallow it."""


class Refused(Exception):
    """The parent's answer to a question is an error."""


class SecretMissing(Refused):
    """No source has the secret."""


class Channel:
    """One per process. The reader is a thread, so that a cancellation and the parent's end are seen while a hook works."""

    def __init__(self, requests: int, replies: int) -> None:
        self._requests = requests
        self._replies = replies
        self._lock = threading.Lock()
        self._work: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._asks: dict[int, queue.SimpleQueue[Message]] = {}
        self._numbers = itertools.count(1)
        self._running: int | None = None
        self._interruptible = False
        # Kept, since a hook may close or replace its own.
        self._outputs = (os.dup(1), os.dup(2))
        for descriptor in (requests, replies):
            os.set_inheritable(descriptor, False)
        signal.signal(signal.SIGINT, self._on_cancel)
        threading.Thread(target=self._read, daemon=True, name="meshroom-requests").start()

    def next_request(self) -> Message:
        return self._work.get()

    def begin(self, number: int) -> None:
        # A hook before may have closed or redirected them. Both are one stream, so that lines keep their order.
        for descriptor in (1, 2):
            os.dup2(self._outputs[0], descriptor)
        self._running = number
        self._interruptible = True

    def send(self, message: Message) -> None:
        """Sends what belongs to the running job."""
        with self._lock:
            self._write(self._replies, json.dumps({"id": self._running, **message}).encode() + b"\n")

    def ask(self, question: Message) -> Any:
        """The parent's answer. Raises Refused."""
        number = next(self._numbers)
        self._asks[number] = queue.SimpleQueue()
        flush()
        self.send({**question, "ask": number})
        answer = self._asks[number].get()
        del self._asks[number]
        if "error" in answer:
            raise (SecretMissing if answer.get("missing") else Refused)(answer["error"])
        return answer.get("value")

    def say(self, level: str, text: str) -> None:
        """A line of the running job, in its place among what it prints."""
        flush()
        start = f"{OUTPUT_END}{self._running}{SAID}{level}{SAID}"
        lines = "".join(f"{start}{line}\n" for line in text.split("\n", MOST_LINES)[:MOST_LINES])
        self._write(self._outputs[0], f"\n{lines}".encode(errors="backslashreplace"))

    @staticmethod
    def _write(descriptor: int, text: bytes) -> None:
        bytes_left = memoryview(text)
        while bytes_left:
            bytes_left = bytes_left[os.write(descriptor, bytes_left) :]

    def end(self, message: Message) -> None:
        """Answers the running job, once all that it wrote is on its way with a mark behind it."""
        self._interruptible = False
        flush()
        mark = f"\n{OUTPUT_END}{self._running}\n".encode()
        for descriptor in self._outputs:
            self._write(descriptor, mark)
        self.send(message)
        self._running = None

    def _read(self) -> None:
        with os.fdopen(os.dup(self._requests), "rb") as lines:
            for line in lines:
                message = json.loads(line)
                if message["type"] in ("describe", "invoke"):
                    self._work.put(message)
                elif message["type"] == "cancel":
                    self._cancel(message["id"])
                elif message["ask"] in self._asks:
                    self._asks[message["ask"]].put(message)
        end_process()

    def _cancel(self, number: int) -> None:
        if number != self._running:
            return
        if sys.platform == "win32":
            _thread.interrupt_main()
        else:
            # To the thread itself, so that it leaves a system call that waits.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def _on_cancel(self, *_: object) -> None:
        if self._interruptible:
            self._interruptible = False
            raise Cancelled


def flush() -> None:
    for stream in {sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__}:
        try:
            stream.flush()  # type: ignore[union-attr]
        except Exception:  # a hook's own stream; what it does is its business
            pass


def end_process() -> None:
    """The parent is gone: nobody is left to work for, here and in what hooks have started."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)
