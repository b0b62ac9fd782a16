"""Loads hook files as modules of their product, so that relative imports work whatever the product is called: `json`, `email`, `v1.2`."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

ROOT = "meshroom_products"


def identifier(name: str) -> str:
    """A folder's or file's name as a part of a module's name; plain names stay, so that imports find them."""
    return re.sub(r"\W", lambda found: f"_{ord(found[0]):x}_", name)


class Loader(importlib.abc.MetaPathFinder):
    """Each file is one module per process, under one name, however it is imported."""

    def __init__(self, products: Path) -> None:
        self._products = products
        self._paths = {ROOT: products}
        sys.meta_path.insert(0, self)
        # Behind everything else: an absolute import of a product, as in `from edr.api import Client`.
        sys.meta_path.append(_ByProductName(self))

    def load(self, path: Path) -> ModuleType:
        """Runs the file unless it has run already. Raises whatever its top level raises."""
        return importlib.import_module(self.register(path))

    def register(self, path: Path) -> str:
        """The name of the module or package at `path`, below the folder of products."""
        name, place = ROOT, self._products
        for part in path.relative_to(self._products).parts:
            place = place / part
            name = f"{name}.{identifier(part.removesuffix('.py'))}"
            self._paths.setdefault(name, place)
        return name

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        place = self._paths.get(fullname)
        if place is None:
            return None
        if not place.is_dir():
            return importlib.util.spec_from_file_location(fullname, place)
        init = place / "__init__.py"
        if fullname != ROOT and init.is_file():
            return importlib.util.spec_from_file_location(fullname, init, submodule_search_locations=[str(place)])
        spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = [str(place)]
        return spec

    def product_module(self, name: str) -> str | None:
        """Our name of `edr.api`, where `edr` is a product."""
        place = self._products.joinpath(*name.split("."))
        for path in (place.with_name(f"{place.name}.py"), place):
            if path.exists() and path.parent != self._products.parent:
                return self.register(path)
        return None


class _ByProductName(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        ours = self._loader.product_module(fullname)
        return importlib.util.spec_from_loader(fullname, self, origin=ours) if ours else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = importlib.import_module(spec.origin or "")
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It has run; only its own spec is put back."""
        if module.__spec__ is not None and module.__spec__.loader_state is not None:
            module.__spec__ = module.__spec__.loader_state
