"""The data of an invocation as the objects that hooks of the `meshroom` package are given, and back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from meshroom.model import Instance, Integration, Plug, Product, get_project_dir

from . import manifests

Data = dict[str, Any]

# Keys of our context's integration that are the integration's identity, not its manifest.
IDENTITY = ("product", "target", "topic", "role", "path", "root")


class ReportedSettings(dict[str, Any]):
    """`plug.settings`: reports each change, so that what a hook stored survives whatever happens to it next."""

    def __init__(self, values: Data, report: Callable[[], None]) -> None:
        super().__init__(values)
        self._report = report

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self._report()

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._report()

    def update(self, *args: Any, **values: Any) -> None:
        super().update(*args, **values)
        self._report()

    def setdefault(self, key: str, default: Any = None) -> Any:
        found = super().setdefault(key, default)
        self._report()
        return found

    def pop(self, *args: Any) -> Any:
        found = super().pop(*args)
        self._report()
        return found

    def clear(self) -> None:
        super().clear()
        self._report()


def make_instance(data: Data | None) -> Instance | None:
    return Instance(name=data["name"], product=data["product"], settings=data.get("settings") or {}) if data else None


def make_plug(context: Data, kind: str, instance: Instance | None, peer: Instance | None, report: Callable[[Plug], None]) -> Plug | None:
    data = context.get("plug")
    if not data:
        return None
    ends = [instance, peer] if context.get("role") in ("producer", "trigger") else [peer, instance]
    source, destination = (end.name if end else data[key] for end, key in zip(ends, ("source", "destination"), strict=True))
    plug = Plug(
        src_instance=source,
        dst_instance=destination,
        topic=data["topic"],
        mode=data.get("mode") or "push",
        format=data.get("format"),
        src_config=data.get("src_config") or {},
        dst_config=data.get("dst_config") or {},
        kind="trigger" if context.get("role") in ("trigger", "executor") else None,
        status="down" if kind == "setup" else "up",
    )
    plug.settings = ReportedSettings(data.get("settings") or {}, lambda: report(plug))
    return plug


def make_integration(context: Data, plug: Plug | None, peer: Instance | None) -> Integration | None:
    """As its manifest says; where there is none, what the package calls a generic one."""
    data: Data = context.get("integration") or {}
    role = data.get("role") or context.get("role")
    product = data.get("product") or (context.get("instance") or {}).get("product") or context.get("product")
    target = data.get("target") or (peer.product if peer else None)
    topic = data.get("topic") or (plug.topic if plug else None)
    if not (product and target and topic and role):
        return None
    mode = data.get("mode") or (plug.mode if plug else None)
    form = data.get("format") or (plug.format if plug else None)
    found = manifests.find_integration(product, target, topic, role, mode, form) if data else None
    one = found or Integration(
        product=product, target_product=target, topic=topic, role=role, mode=mode or "push", format=form, is_generic=not data
    )
    for key, value in data.items():
        if key not in IDENTITY and value is not None and getattr(one, key, None) in (None, ""):
            setattr(one, key, value)
    return one


def arguments(kind: str, context: Data, plug: Plug | None, instance: Instance | None, integration: Integration | None) -> tuple[Data, Data]:
    """What hooks of a kind are given by name, and what else a hook may ask for."""
    product = context.get("product") or (instance.product if instance else None)
    topic = (plug.topic if plug else None) or context.get("topic")
    mode = (plug.mode if plug else None) or context.get("mode")
    data: Any = context.get("data") if kind == "produce" else context.get("params") or {}
    every: Data = {
        "plug": plug,
        "instance": instance,
        "integration": integration,
        "topic": topic,
        "mode": mode,
        "role": context.get("role"),
        "data": data,
        "params": data,
        "product": Product.load(manifests.products() / product) if product and kind in ("pull", "publish", "scaffold") else None,
    }
    if kind == "pull":
        every["path"] = mirror(product or "")
    names = {
        "setup": ("plug", "integration", "instance"),
        "teardown": ("plug", "integration", "instance"),
        "scaffold": ("integration",),
        "publish": ("integration",),
        "pull": ("path", "product"),
        "watch": ("plug", "instance", "integration", "topic", "role", "mode"),
    }.get(kind, ("plug", "instance", "integration", "topic", "mode", "data"))
    # Without a plug, a default of the hook's own counts.
    given = {name: every[name] for name in names if every[name] is not None}
    return given, {name: value for name, value in every.items() if name not in given}


def mirror(product: str) -> Path:
    path: Path = get_project_dir() / "mirrors" / product
    path.mkdir(parents=True, exist_ok=True)
    return path
