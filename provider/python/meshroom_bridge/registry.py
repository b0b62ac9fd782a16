"""What the decorators of hook files declare, each use of a decorator as one hook, in the order in which they run."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meshroom import decorators
from meshroom.decorators import Hook

from . import manifests

# One of these serves a command, the most specific: an integration's own hook hides its product's.
COMMANDS = ("watch", "produce", "trigger", "execute")


@dataclass
class Declared:
    file: str
    export: str
    position: int
    hook: Hook
    title: str

    def describe(self) -> dict[str, Any]:
        """A HookDescription (provider/src/model/hook.ts). A hook in an integration's file serves that integration, whatever its manifest says."""
        hook = self.hook
        own = hook.target_product is not None
        scope = {} if own else {"role": hook.role, "topic": hook.topic, "mode": hook.mode}
        found = {
            "kind": hook.type,
            "file": self.file,
            "export": self.export,
            "position": self.position,
            "title": self.title,
            "order": hook.order,
            "ownsBoth": hook.owns_both,
            "keepWhenOverloaded": not own and hook.type not in COMMANDS and hook.keep_when_overloaded,
            "exclusive": False,
            **scope,
            "format": hook.format,
        }
        return {key: value for key, value in found.items() if value is not None}


class Registry:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._hooks: list[Declared] = []
        self._listen()

    def of_file(self, file: str) -> list[Declared]:
        return [each for each in self._hooks if each.file == file]

    def find(self, file: str, export: str, kind: str) -> Declared | None:
        return next((each for each in self.of_file(file) if each.export == export and each.hook.type == kind), None)

    def _listen(self) -> None:
        """The package's own registry is a set, in which one of two hooks with the same title gets lost."""
        add: Callable[..., Hook] = Hook.add
        parameters = inspect.signature(add)

        def added(*args: Any, **options: Any) -> Hook:
            given = parameters.bind(*args, **options).arguments
            hook = add(*args, **options)
            self._keep(hook, given.get("title"))
            return hook

        Hook.add = staticmethod(added)  # type: ignore[method-assign]

    def _keep(self, hook: Hook, title: str | None) -> None:
        file = self._place(hook)
        before = self.of_file(file)
        name = hook.func.__name__
        same = sum(each.hook.func.__name__ == name for each in before)
        export = name if same == 0 else f"{name}#{same + 1}"
        self._hooks.append(Declared(file, export, len(before), hook, readable(hook.func, title)))

    def _place(self, hook: Hook) -> str:
        """The file whose top level applies the decorator, which need not be the function's own."""
        frame = sys._getframe(1)
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if frame.f_code.co_name == "<module>" and path.is_relative_to(self._root):
                return path.relative_to(self._root).as_posix()
            frame = frame.f_back  # type: ignore[assignment]
        return Path(inspect.getfile(hook.func)).resolve().relative_to(self._root).as_posix()


def readable(func: Callable[..., Any], title: str | None) -> str:
    """The title, else the docstring's first line, else the name in words."""
    text = title or inspect.getdoc(func) or ""
    for line in text.splitlines():
        if line.strip():
            return line.strip().removesuffix(".") if not title else line.strip()
    return func.__name__.strip("_").replace("_", " ").capitalize()


def execute(topic: str | None = None, mode: Any = None, format: str | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The package's decorator refuses the very files that it is meant for: those of executor integrations."""

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        path = Path(inspect.getfile(func))
        if path.parent.parent == manifests.products():
            Hook.add(path.parent.name, None, "executor", topic, mode, func, True, None, None, "execute", format)
            return func
        one = manifests.load_integration(path)
        Hook.add(one.product, one.target_product, one.role, one.topic, one.mode, func, True, None, None, "execute", format)
        return func

    return decorate


decorators.execute = execute
