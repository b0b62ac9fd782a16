"""Describes and runs hooks, one job at a time."""

import asyncio
import faulthandler
import inspect
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from meshroom import model
from meshroom.model import Plug

from .channel import Cancelled, Channel
from .context import arguments, make_instance, make_integration, make_plug
from .failures import MissingHook, describe_failure
from .loader import Loader
from .package import Adapter, Job, accepts
from .registry import Registry

PROTOCOL = 1
# A hook that takes more fails instead of the machine.
MEMORY = 2 << 30
# What these return is of no use to the engine.
SILENT = ("setup", "teardown", "scaffold", "pull", "publish")


def serve(requests: int, replies: int) -> None:
    limit_memory()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    faulthandler.enable(all_threads=False)
    channel = Channel(requests, replies)
    channel.send({"type": "ready", "protocol": PROTOCOL, "language": "python"})
    Host(channel).run()


def limit_memory() -> None:
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if hard < 0 else min(MEMORY, hard), hard))
    except (ImportError, OSError, ValueError):
        pass


class Host:
    """Serves one project: the root of the first job."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._root: Path | None = None
        self._reported: Any = None

    def run(self) -> None:
        while True:
            request = self._channel.next_request()
            self._channel.begin(request["id"])
            self._channel.end(self._answer(request))

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        loading = True
        root = Path(request["root"])
        try:
            self._enter(root)
            self._loader.load(root / request["file"])
            loading = False
            if request["type"] == "describe":
                hooks = [each.describe() for each in self._registry.of_file(request["file"])]
                return {"type": "described", "hooks": hooks}
            value = self._invoke(request)
            return {"type": "result"} if value is None else {"type": "result", "value": value}
        except BaseException as error:  # whatever it is, it belongs to this job
            return describe_failure(error, root, loading=loading)

    def _enter(self, root: Path) -> None:
        os.chdir(root)
        if self._root is None:
            self._root = root
            model.set_project_dir(root)
            self._loader = Loader(root / "products")
            self._registry = Registry(root)
            self._adapter = Adapter(self._channel, self._loader, self._report)
        self._adapter.forget()

    def _report(self, plug: Plug) -> None:
        """What is kept of a plug: its settings, as far as JSON has words for them."""
        if plug is self._adapter.job.plug:
            settings = jsonable(dict(plug.settings))
            if settings != self._reported:
                self._channel.send({"type": "settings", "settings": settings})
                self._reported = settings

    def _invoke(self, request: dict[str, Any]) -> Any:
        file, export, kind, context = (request[key] for key in ("file", "export", "kind", "context"))
        declared = self._registry.find(file, export, kind)
        if declared is None:
            raise MissingHook(f"{file} declares no {kind} hook named {export}")
        instance, peer = make_instance(context.get("instance")), make_instance(context.get("peer"))
        plug = make_plug(context, kind, instance, peer, self._report)
        integration = make_integration(context, plug, peer)
        self._adapter.job = Job(instance, peer, plug)
        self._reported = plug and jsonable(dict(plug.settings))
        given, spare = arguments(kind, context, plug, instance, integration)
        configs = plug and (dict(plug.src_config), dict(plug.dst_config))
        try:
            value = self._finish(declared.hook.func(**accepts(declared.hook.func, given, spare)), kind)
        except Cancelled:
            if kind != "watch":
                raise
            value = None
        finally:
            if plug is not None:
                self._report(plug)
        if kind == "scaffold" and integration is not None:
            integration.save()
        if plug is not None and configs != (plug.src_config, plug.dst_config):
            self._channel.say("warning", "changes of src_config and dst_config are not kept; plug.settings are")
        return None if kind in SILENT or value is None else jsonable(value)

    def _finish(self, returned: Any, kind: str) -> Any:
        """Awaits what is to be awaited and passes on what is yielded."""
        if inspect.isawaitable(returned):
            return self._finish(asyncio.run(awaited(returned)), kind)
        if isinstance(returned, AsyncIterator):
            return asyncio.run(self._each(returned, kind))
        if isinstance(returned, Iterator):
            if kind != "watch":
                return list(returned)
            try:
                for item in returned:
                    self._pass_on(item)
            finally:
                # Cancelled outside of it, a generator's own `finally` would only run some day.
                getattr(returned, "close", lambda: None)()
            return None
        if kind == "watch" and returned is not None:
            self._pass_on(returned)
            return None
        return returned

    def _pass_on(self, item: Any) -> None:
        """What a watch hook has yielded, or returned; done when the parent has taken it."""
        self._channel.ask({"type": "item", "value": jsonable(item)})

    async def _each(self, items: AsyncIterator[Any], kind: str) -> list[Any] | None:
        found = []
        async for item in items:
            if kind == "watch":
                self._pass_on(item)
            else:
                found.append(item)
        return None if kind == "watch" else found


async def awaited(returned: Any) -> Any:
    return await returned


def jsonable(value: Any) -> Any:
    return json.loads(json.dumps(value, default=as_json, allow_nan=False))


def as_json(value: Any) -> Any:
    """What JSON has no word for, as the package's command line would show it."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
