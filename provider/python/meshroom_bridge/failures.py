"""What went wrong in a hook, in words for the person who reads the plug's line."""

import os
import sys
import traceback
from pathlib import Path
from typing import Any

from .channel import Cancelled, Refused

# Modules that are installed under another name.
PACKAGES = {
    "bs4": "beautifulsoup4",
    "Crypto": "pycryptodome",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "git": "GitPython",
    "jwt": "PyJWT",
    "OpenSSL": "pyOpenSSL",
    "websocket": "websocket-client",
    "yaml": "PyYAML",
}


# Taken out of the environment: hooks have no use for it.
COMMAND = os.environ.pop("MESHROOM_PYTHON_COMMAND", sys.executable)


class MissingHook(Exception):
    """The file declares no such hook."""


def describe_failure(error: BaseException, root: Path, *, loading: bool) -> dict[str, Any]:
    """The `error` reply."""
    place = place_in_project(error, root)
    reply: dict[str, Any] = {"type": "error", "error": {"message": message_of(error, root)}}
    if place:
        reply["error"]["at"] = place
    missing = missing_module(error, root)
    if missing:
        reply["error"]["remedy"] = f"install what the hooks import: `{COMMAND} -m pip install {missing}`"
    if isinstance(error, MissingHook):
        reply["rule"] = "missing"
    elif loading:
        reply["rule"] = "load"
    elif isinstance(error, SystemExit):
        reply["rule"] = "exited"
    return reply


def message_of(error: BaseException, root: Path) -> str:
    if isinstance(error, SystemExit):
        return f"called sys.exit({error.code if error.code is not None else ''})"
    if isinstance(error, Cancelled):
        return "was cancelled"
    if isinstance(error, (Refused, MissingHook)):
        return str(error)
    words = "".join(traceback.format_exception_only(type(error), error)).strip()
    if isinstance(error, SyntaxError):
        words = f"{type(error).__name__}: {error.msg}"
    cause = error.__cause__
    return f"{words}: {message_of(cause, root)}" if cause is not None else words


def missing_module(error: BaseException, root: Path) -> str | None:
    """The package to install, where an import of something from outside the project failed."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    top = error.name.split(".")[0]
    if top == "meshroom_products" or (root / "products" / top).exists():
        return None
    return PACKAGES.get(top, top)


def place_in_project(error: BaseException, root: Path) -> dict[str, Any] | None:
    """The innermost place in the project's own files."""
    if isinstance(error, SyntaxError) and error.filename:
        found = relative_to(error.filename, root)
        if found:
            return {"file": found, "line": error.lineno or 1, "column": max(error.offset or 1, 1)}
    place = None
    for frame in traceback.extract_tb(error.__traceback__):
        found = relative_to(frame.filename, root)
        if found:
            column = getattr(frame, "colno", None)
            place = {"file": found, "line": frame.lineno or 1, "column": (column or 0) + 1}
    return place or (place_in_project(error.__cause__, root) if error.__cause__ else None)


def relative_to(filename: str, root: Path) -> str | None:
    path = Path(filename)
    if not path.is_relative_to(root) or any(part in (".venv", "site-packages") for part in path.parts):
        return None
    return path.relative_to(root).as_posix()
