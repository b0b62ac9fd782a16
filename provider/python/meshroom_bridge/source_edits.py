"""Adds functions to hook files, as scaffold hooks do, without losing what is in them."""

import ast
from pathlib import Path

from meshroom.ast import AST


def append_source(tree: AST, path: Path) -> None:
    """Adds what a hook has put into the tree to the file's text: parsing and printing it anew would lose comments and layout."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    known = [ast.dump(node) for node in ast.parse(text).body]
    added = [node for node in tree._ast.body if ast.dump(node) not in known]
    imports = [ast.unparse(node) for node in added if isinstance(node, (ast.Import, ast.ImportFrom))]
    others = [ast.unparse(node) for node in added if not isinstance(node, (ast.Import, ast.ImportFrom))]
    lines = text.splitlines()
    at = import_line(text)
    lines[at:at] = imports
    whole = "\n".join(lines).strip("\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n\n".join(part for part in (whole, *others) if part) + "\n", encoding="utf-8")


def import_line(text: str) -> int:
    """How many lines stand above the place of a new import: a docstring and imports from `__future__`."""
    at = 0
    for node in ast.parse(text).body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not is_docstring and not is_future:
            break
        at = node.end_lineno or at
    return at
