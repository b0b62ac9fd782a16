"""The tree's manifests as the package's models: read as leniently as our engine reads them, written by edits that keep what they don't touch."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from meshroom import model
from meshroom.model import Instance, Integration, Product

from .channel import Channel

Edit = dict[str, Any]

ROLES = ("producer", "consumer", "trigger", "executor")
CAPABILITIES = {"consumer": "consumes", "producer": "produces", "trigger": "triggers", "executor": "executes"}


def read(path: Path) -> dict[str, Any]:
    """The mapping in a manifest; an absent or empty one is an empty mapping."""
    if not path.is_file():
        return {}
    found = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    return found if isinstance(found, dict) else {}


def manifest_of(stem: Path) -> Path | None:
    """`stem` with .yaml or .yml. Stems may hold dots, so a suffix is added, never replaced."""
    for ending in (".yaml", ".yml"):
        path = stem.with_name(stem.name + ending)
        if path.is_file():
            return path
    return None


def has_role(stem: str) -> bool:
    return any(f"_{role}" in stem for role in ROLES)


def split_name(stem: str) -> dict[str, str]:
    """`<topic>_<role>[_<format>][_push|_pull]`, from the right, since topics hold `_` as well."""
    found = [*re.finditer(rf"_({'|'.join(ROLES)})(?=_|$)", stem)]
    if not found:
        raise ValueError(f"{stem} is no integration's name: <topic>_<role>[_<format>][_pull]")
    last = found[-1]
    rest = stem[last.end() :]
    mode = re.search(r"_(push|pull)$", rest)
    form = rest[1 : mode.start() if mode else None]
    parts = {"topic": stem[: last.start()], "role": last[1]}
    return {**parts, **({"format": form} if form else {}), **({"mode": mode[1]} if mode else {})}


def load_integration(filepath: Path) -> Integration:
    """The integration whose manifest or hook file is `filepath`, with or without its ending. Raises ValueError where there is none."""
    path = model.path_in_project(filepath)
    stem = path.with_name(re.sub(r"\.(yaml|yml|py|ts)$", "", path.name))
    if stem.parent.parent.name != "integrations" or stem.parents[3] != products():
        raise ValueError(f"{filepath} is no file of an integration")
    manifest = manifest_of(stem)
    values = {key: value for key, value in (read(manifest) if manifest else {}).items() if value is not None}
    values["settings"] = settings(values.get("settings"))
    place = {"product": stem.parents[2].name, "target_product": stem.parent.name}
    named = {} if {"topic", "role"} <= values.keys() and not has_role(stem.name) else split_name(stem.name)
    return Integration.model_validate({**named, **values, **place})


def load_product(path: Path) -> Product:
    path = model.path_in_project(path)
    manifest = manifest_of(path / "definition")
    values = {key: value for key, value in (read(manifest) if manifest else {}).items() if value is not None}
    values["settings"] = settings(values.get("settings"))
    for key in CAPABILITIES.values():
        topics = values.get(key) or {}
        values[key] = {str(topic): [entry or {} for entry in entries or []] for topic, entries in topics.items()}
    if isinstance(values.get("tags"), str):
        values["tags"] = [values["tags"]]
    # The package accepts fewer names than folders have.
    product = Product.model_validate({**values, "name": "product"})
    product.name = path.name
    return product


def load_instance(path: Path) -> Instance:
    path = model.path_in_project(path)
    manifest = manifest_of(path / "config")
    values = read(manifest) if manifest else {}
    kept = values.get("settings") or {}
    return Instance(name=path.name, product=path.parent.name, settings=kept)


def settings(found: Any) -> list[Any]:
    """`number` is a type of ours that the package does not know."""
    if isinstance(found, list):
        return [settings_entry(entry) for entry in found]
    return []


def settings_entry(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    kept = {key: value for key, value in entry.items() if value is not None}
    types = kept.get("type", "string")
    kept["type"] = next((each for each in types if each != "null"), "string") if isinstance(types, list) else types
    if kept["type"] == "number":
        kept["type"] = "float"
    if kept.get("items") == "number":
        kept["items"] = "float"
    for key in ("items", "properties"):
        if isinstance(kept.get(key), list):
            kept[key] = settings(kept[key])
    if isinstance(kept.get("default"), (list, dict)):
        del kept["default"]
    return kept


def products() -> Path:
    return model.get_project_dir() / "products"


def integration_stems(product: str, target: str) -> Iterator[Path]:
    folder = products() / product / "integrations" / target
    names = {re.sub(r"\.(yaml|yml|py|ts)$", "", path.name) for path in folder.glob("*.*") if path.is_file()}
    for name in sorted(names):
        yield folder / name


def find_integration(product: str, target: str, topic: str, role: str, mode: str | None, form: str | None) -> Integration | None:
    """The most specific integration that agrees with what is known of a plug."""
    found = []
    for stem in integration_stems(product, target):
        try:
            one = load_integration(stem)
        except ValueError:
            continue
        is_open = "mode" not in one.model_fields_set or mode is None
        if (one.topic, one.role) != (topic, role) or not (is_open or one.mode == mode):
            continue
        if form is None or one.format in (None, form):
            found.append(one)
    return max(found, key=lambda one: (one.format is not None, manifest_of(one.path) is not None), default=None)


def get_integration(product: str, target_product: str, topic: str, role: str, mode: str | None = None) -> Integration | None:
    """The integration with a manifest or hooks, else a generic one where the product declares the capability. Runs no module for it."""
    found = find_integration(product, target_product, topic, role, mode, None)
    if found or not (products() / product).is_dir():
        return found
    capabilities = getattr(model.get_product(product), CAPABILITIES[role]).get(topic, [])
    for one in capabilities:
        if mode in (None, one.mode):
            place = {"product": product, "target_product": target_product, "topic": topic, "role": role}
            return Integration(**place, mode=one.mode, format=one.format, is_generic=True)
    return None


def stem_of(integration: Integration) -> Path:
    """Where the integration's files are, or would be: keys inside a manifest may say what its name does not."""
    folder = products() / integration.product / "integrations" / integration.target_product
    form = f"_{integration.format}" if integration.format else ""
    pull = "_pull" if integration.mode == "pull" else ""
    usual = folder / f"{integration.topic}_{integration.role}{form}{pull}"
    short = folder / f"{integration.topic}_{integration.role}{pull}"
    if manifest_of(usual):
        return usual
    for stem in integration_stems(integration.product, integration.target_product):
        try:
            one = load_integration(stem)
        except ValueError:
            continue
        if (one.topic, one.role, one.mode, one.format) == (integration.topic, integration.role, integration.mode, integration.format):
            return stem
    return short if integration.format and manifest_of(short) and load_integration(short).format is None else usual


def save(channel: Channel, path: Path, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Has the parent edit the manifest: it keeps comments, order and unknown keys, which PyYAML does not."""
    edits = [*changes(before, after, [])]
    if edits or not path.is_file():
        file = path.relative_to(model.get_project_dir()).as_posix()
        channel.ask({"type": "save", "file": file, "edits": edits})


def changes(before: Any, after: Any, path: list[str | int]) -> Iterator[Edit]:
    """Edits that make `after` of `before`; later ones suppose that the earlier ones are done."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [key for key in before if key not in after]:
            yield {"path": [*path, key], "remove": True}
        for key, value in after.items():
            if key in before:
                yield from changes(before[key], value, [*path, key])
            else:
                yield {"path": [*path, key], "value": value}
    elif isinstance(before, list) and isinstance(after, list) and path and before:
        for index in reversed(range(len(after), len(before))):
            yield {"path": [*path, index], "remove": True}
        for index, value in enumerate(after):
            if index < len(before):
                yield from changes(before[index], value, [*path, index])
            else:
                yield {"path": [*path, index], "value": value}
    elif before != after or type(before) is not type(after):
        yield {"path": path, "value": after}


def plain(thing: Any) -> dict[str, Any]:
    """A model as JSON, defaults left out, sets in order."""
    found: dict[str, Any] = json.loads(thing.model_dump_json(exclude_none=True, exclude_defaults=True))
    if "tags" in found:
        found["tags"] = sorted(found["tags"])
    found.pop("is_generic", None)
    return found
