"""Makes the `meshroom` package work for our engine: its secrets, terminal and files are the parent's, its faults are not ours."""

import builtins
import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from meshroom import interaction, model, secrets, template, utils
from meshroom.ast import AST
from meshroom.model import Instance, Integration, Plug, Product

from . import manifests
from .channel import Cancelled, Channel, Refused, SecretMissing
from .loader import Loader
from .secret_values import decoded, encoded
from .source_edits import append_source


class Job:
    """The invocation that runs: whose secrets a name means, and what is kept of it."""

    def __init__(self, instance: Instance | None = None, peer: Instance | None = None, plug: Plug | None = None) -> None:
        self.instance = instance
        self.peer = peer
        self.plug = plug

    def scope_of(self, instance: Instance) -> str | None:
        for scope, one in (("instance", self.instance), ("peer", self.peer)):
            if one is not None and (one.product, one.name) == (instance.product, instance.name):
                return scope
        return None

    def is_plug(self, plug: Plug) -> bool:
        return self.plug is not None and prefix_of(plug) == prefix_of(self.plug)


def prefix_of(plug: Plug) -> str:
    return f"{plug.src_instance}_{plug.dst_instance}_{plug.topic}_{plug.mode}_"


class Adapter:
    """Put in place once, before any hook file is loaded."""

    def __init__(self, channel: Channel, loader: Loader, report: Callable[[Plug], None]) -> None:
        self.job = Job()
        self._channel = channel
        self._loader = loader
        self._report = report
        self._adapt_interaction()
        self._adapt_secrets()
        self._adapt_files()
        self._adapt_modules()

    # -- what a hook says and asks

    def _say(self, level: str) -> Callable[..., None]:
        def say(message: object, *rest: object, **_: object) -> None:
            text = " ".join(str(part) for part in (message, *rest)).strip("\n")
            self._channel.say(level, text)

        return say

    def prompt(self, text: object = "", kind: str = "text") -> str:
        return str(self._channel.ask({"type": "prompt", "prompt": kind, "text": str(text).strip()}))

    def _box(self, *lines: str, block: bool = False) -> None:
        text = "\n".join(lines)
        if not text:
            return
        self._say("info")(text)
        if block:
            self.prompt(text, "manual")

    def _adapt_interaction(self) -> None:
        adapted: dict[str, Callable[..., Any]] = {
            "info": self._say("info"),
            "log": self._say("info"),
            "debug": self._say("debug"),
            "error": self._say("warning"),
            "box": self._box,
            "prompt": self.prompt,
            "prompt_password": lambda text="": self.prompt(text, "secret"),
        }
        for name, function in adapted.items():
            # The package's modules have imported some of them by name.
            for module in (interaction, model, secrets, template):
                if hasattr(module, name):
                    setattr(module, name, function)
        builtins.input = self.prompt  # type: ignore[assignment]

    # -- secrets

    def _get(self, scope: str, key: str, prompt: str | bool | None, label: str) -> Any:
        try:
            return decoded(self._channel.ask({"type": "secret", "scope": scope, "name": key}))
        except SecretMissing as missing:
            if not prompt:
                return None
            text = prompt if isinstance(prompt, str) else f"Enter secret for {label}"
            try:
                value = self.prompt(text, "secret")
            except Refused:
                raise missing from None
        if scope == "plug":
            self._set(key, value)
        return value

    def _set(self, key: str, value: Any) -> Any:
        self._channel.ask({"type": "set-secret", "name": key, "value": encoded(value)})
        return value

    def _adapt_secrets(self) -> None:
        adapter = self

        def instance_get(self: Instance, key: str, prompt_if_not_exist: str | bool | None = None) -> Any:
            scope = adapter.job.scope_of(self)
            if scope is None:
                raise Refused(f"this hook may ask for secrets of its own plug's instances, not of {self.product}/{self.name}")
            return adapter._get(scope, key, prompt_if_not_exist, f"{self.name}.{key}")

        def instance_set(self: Instance, key: str, value: Any) -> Any:
            raise Refused(f"a hook can't store a secret of an instance ({self.name}.{key}); plug.set_secret keeps one in the plug's state")

        def plug_get(self: Plug, key: str, prompt_if_not_exist: str | bool | None = None) -> Any:
            adapter._own(self)
            return adapter._get("plug", key, prompt_if_not_exist, key)

        def plug_set(self: Plug, key: str, value: Any) -> Any:
            adapter._own(self)
            return adapter._set(key, value)

        def plug_delete(self: Plug, key: str) -> None:
            adapter._own(self)
            adapter._set(key, None)

        def no_store(*_: object, **__: object) -> Any:
            raise Refused("secrets.gpg is not open to hooks: use instance.get_secret, plug.get_secret and plug.set_secret")

        for owner, functions in (
            (Instance, {"get_secret": instance_get, "set_secret": instance_set}),
            (Plug, {"get_secret": plug_get, "set_secret": plug_set, "delete_secret": plug_delete}),
            (secrets, {"get_secret": no_store, "set_secret": no_store, "delete_secret": no_store, "read_secrets": no_store}),
        ):
            for name, function in functions.items():
                setattr(owner, name, function)

    def _own(self, plug: Plug) -> None:
        if not self.job.is_plug(plug):
            raise Refused(f"this hook may use the secrets of its own plug, not of {plug}")

    # -- manifests

    def _adapt_files(self) -> None:
        adapter = self

        def save_integration(self: Integration) -> Integration:
            stem = manifests.stem_of(self)
            existing = manifests.manifest_of(stem)
            before = manifests.plain(manifests.load_integration(existing)) if existing else {}
            path = existing or stem.with_name(stem.name + ".yml")
            manifests.save(adapter._channel, path, before, manifests.plain(self))
            return self

        def save_product(self: Product) -> Product:
            existing = manifests.manifest_of(self.path / "definition")
            before = manifests.plain(manifests.load_product(self.path)) if existing else {}
            manifests.save(adapter._channel, existing or self.path / "definition.yaml", before, manifests.plain(self))
            return self

        def save_instance(self: Instance) -> Instance:
            before = manifests.plain(manifests.load_instance(self.path)) if self.path.is_dir() else {}
            manifests.save(adapter._channel, manifests.manifest_of(self.path / "config") or self.path / "config.yaml", before, manifests.plain(self))
            return self

        def end_of(name: str) -> Callable[[Plug], Instance]:
            """The ends of the hook's own plug have the stack's settings, which the tree does not know."""

            def end(self: Plug) -> Instance:
                known = (adapter.job.instance, adapter.job.peer) if adapter.job.is_plug(self) else ()
                return next((one for one in known if one and one.name == getattr(self, name)), None) or model.get_instance(getattr(self, name))

            return end

        def save_plug(self: Plug) -> Plug:
            adapter._report(self)
            return self

        def get_or_prompt(self: Integration, attribute: str, prompt: str) -> Any:
            if not getattr(self, attribute, None):
                try:
                    value = adapter.prompt(prompt)
                except Refused as refusal:
                    stem = manifests.stem_of(self)
                    place = (manifests.manifest_of(stem) or stem.with_name(stem.name + ".yml")).relative_to(model.get_project_dir())
                    raise Refused(f"`{attribute}` is not set in {place} ({prompt.strip()}); {refusal}") from None
                setattr(self, attribute, value)
                self.save()
            return getattr(self, attribute)

        Integration.load = staticmethod(manifests.load_integration)  # type: ignore[method-assign]
        Integration.path = property(manifests.stem_of)  # type: ignore[assignment, method-assign]
        Integration.save = save_integration  # type: ignore[method-assign]
        Integration.get_or_prompt = get_or_prompt  # type: ignore[method-assign]
        Product.load = staticmethod(manifests.load_product)  # type: ignore[method-assign]
        Product.save = save_product  # type: ignore[method-assign]
        Instance.load = staticmethod(manifests.load_instance)  # type: ignore[method-assign]
        Instance.save = save_instance  # type: ignore[method-assign]
        Plug.save = save_plug  # type: ignore[method-assign]
        Plug.get_src_instance = end_of("src_instance")  # type: ignore[method-assign]
        Plug.get_dst_instance = end_of("dst_instance")  # type: ignore[method-assign]

    # -- modules

    def _adapt_modules(self) -> None:
        def import_module(path: Path | str, package_dir: Path | str | None = "") -> ModuleType | None:
            path = Path(path)
            if not path.is_file():
                return None
            if not path.is_relative_to(manifests.products()):
                return imported(path, package_dir)
            try:
                return self._loader.load(path)
            except Cancelled:
                raise
            except BaseException as error:  # the package looks through all modules of a product; this one is not what the hook needs
                self._say("warning")(f"{path.relative_to(model.get_project_dir())} does not load: {error!r}")
                return None

        imported = utils.import_module
        utils.import_module = import_module
        model.import_module = import_module

        model.get_integration = manifests.get_integration  # type: ignore[assignment]

        def save_source(self: AST, path: Path | None = None) -> None:
            append_source(self, Path(path or self.path))

        AST.save = save_source  # type: ignore[method-assign]

    def forget(self) -> None:
        """The tree may have changed since the last job."""
        model.get_product.cache_clear()
        model.get_instance.cache_clear()


def accepts(func: Callable[..., Any], given: dict[str, Any], spare: dict[str, Any]) -> dict[str, Any]:
    """The arguments that a hook names; of `spare`, those that it can't do without."""
    named = inspect.signature(func).parameters.values()
    chosen = {each.name: given[each.name] for each in named if each.name in given}
    needed = [each.name for each in named if each.default is each.empty and each.name not in chosen and each.name in spare]
    return {**chosen, **{name: spare[name] for name in needed}}
