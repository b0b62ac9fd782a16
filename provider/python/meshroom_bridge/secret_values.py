"""Secrets are texts for the engine; hooks of the package may store and get any JSON."""

import json
from typing import Any

# Marks a secret that is not a text, so that it comes back as what it was.
JSON_SECRET = "data:application/json,"


def encoded(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else JSON_SECRET + json.dumps(value)


def decoded(value: str) -> Any:
    if value.startswith(JSON_SECRET):
        return json.loads(value.removeprefix(JSON_SECRET))
    return StructuredSecret(value) if value.startswith("{") else value


class StructuredSecret(str):
    """A secret of the store that reads as an object: the store does not tell whether it was kept as one or as text, so it serves as both."""

    def __getitem__(self, key: Any) -> Any:
        return json.loads(self)[key] if isinstance(key, str) else super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        return json.loads(self).get(key, default)

    def items(self) -> Any:
        return json.loads(self).items()
