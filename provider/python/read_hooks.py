"""Reads what hook files in Python declare from their syntax trees. Run as `python3 -I -S`: nothing of a project is imported or run.

Reads `{"products": [...], "files": {path: text}}` from standard input and writes, for each path, `{"hooks": [...], "computed": [...]}`, or
`{"syntax": {...}}` where the file does not parse (provider/src/hooks/describing/reading.ts). What the decorators mean is said once more in
meshroom_bridge/registry.py, for files that are run; a test compares the two.
"""

import ast
import json
import sys
from typing import Any

ROLES = ("consumer", "producer", "trigger", "executor")
END = ("topic", "title", "mode", "format", "keep_when_overloaded", "order", "owns_both")
MOST_TEXT = 10_000

# Name: (kind, role, parameters in order).
DECORATORS: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "setup": ("setup", None, ("title", "format", "order", "owns_both")),
    "teardown": ("teardown", None, ("title", "order", "owns_both")),
    "watch": ("watch", "consumer", ("topic", "mode", "format")),
    "produce": ("produce", "consumer", ("topic", "mode", "format")),
    "trigger": ("trigger", "trigger", ("topic", "mode", "format")),
    "execute": ("execute", "executor", ("topic", "mode", "format")),
    "publish": ("publish", None, ("topic", "role", "mode", "format")),
    "pull": ("pull", None, ("title", "order")),
    **{f"{kind}_{role}": (kind, role, END) for kind in ("setup", "teardown") for role in ROLES},
    **{f"scaffold_{role}": ("scaffold", role, ("topic", "mode", "format", "order")) for role in ROLES},
}
# Those that the package takes in a file of an integration only, and in a file of a product only.
OWN = ("setup", "teardown")
GENERIC = ("pull", *(name for name in DECORATORS if "_" in name))
NEEDED = {"watch": "topic", "produce": "topic"}
COMMANDS = ("watch", "produce", "trigger", "execute")
COMPUTED_TITLE = "(computed)"


class Computed(Exception):
    """Only running the file would tell."""


class Reader:
    """One file."""

    def __init__(self, path: str, products: set[str]) -> None:
        self._path = path
        self._products = products
        # What a file in `integrations/` declares serves its integration, whatever the decorator says.
        self._is_own = path.split("/")[2:3] == ["integrations"]
        # A name's origin: `meshroom.decorators.setup`, `json.loads`; None for what the tree or the file itself makes.
        self._names: dict[str, str | None] = {}
        self._constants: dict[str, Any] = {}
        self.hooks: list[dict[str, Any]] = []
        self.computed: list[dict[str, Any]] = []

    def read(self, tree: ast.Module) -> None:
        for statement in tree.body:
            self._statement(statement)

    def _add(self, node: ast.AST, what: str) -> None:
        at = {"file": self._path, "line": getattr(node, "lineno", 1), "column": getattr(node, "col_offset", 0) + 1}
        self.computed.append({"at": at, "what": what})

    # -- statements

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(node)
        elif isinstance(node, ast.ClassDef):
            self._class(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.Expr)):
            self._assignment(node)
        elif isinstance(node, ast.If) and is_main(node.test):
            pass  # never so for a file that is imported
        elif isinstance(node, (ast.If, ast.Try)) and self._is_plain_branch(node):
            for each in branches(node):
                self._statement(each)
        elif not isinstance(node, (ast.Pass, ast.TypeAlias if sys.version_info >= (3, 12) else ast.Pass)):
            self._add(node, "what the top level does besides declaring")

    def _is_plain_branch(self, node: ast.If | ast.Try) -> bool:
        """Whichever way it goes, no hook is declared: imports for type checkers, fallbacks for a missing module."""
        return all(isinstance(each, (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Pass)) for each in branches(node)) and not (
            isinstance(node, ast.If) and self._may_declare(node.test)
        )

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for each in node.names:
                whole = each.name if each.asname else each.name.split(".")[0]
                self._names[each.asname or whole] = None if each.name.split(".")[0] in self._products else whole
            return
        module = node.module or ""
        is_ours = node.level > 0 or module.split(".")[0] in self._products
        for each in node.names:
            if each.name != "*":
                self._names[each.asname or each.name] = None if is_ours else f"{module}.{each.name}"
            elif module == "meshroom.decorators":
                self._names.update({name: f"meshroom.decorators.{name}" for name in DECORATORS})
            elif is_ours or module.split(".")[0] not in sys.stdlib_module_names | {"meshroom"}:
                self._add(node, f"which names come from {'.' * node.level}{module}")

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.Expr) -> None:
        if node.value is None:
            return
        if self._may_declare(node.value):
            self._add(node, "what a call at the top level does")
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            if isinstance(target, ast.Name):
                known = self._constants.pop(target.id, None)
                self._names[target.id] = self._origin(node.value)
                if known is None and not isinstance(node, ast.Expr):
                    try:
                        self._constants[target.id] = self._value(node.value)
                    except Computed:
                        pass
            elif not isinstance(target, (ast.Tuple, ast.List)) and not isinstance(node, ast.Expr):
                self._add(node, "what the top level changes")

    def _class(self, node: ast.ClassDef) -> None:
        self._names[node.name] = None
        parts = [*node.decorator_list, *(each for each in ast.walk(node) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))]
        decorators = [one for each in parts for one in (each.decorator_list if not isinstance(each, ast.expr) else [each])]
        if any(self._is_ours(self._origin(one)) for one in decorators if not is_property(one)):
            self._add(node, f"what the class {node.name} declares")

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in reversed(node.decorator_list):
            origin = self._origin(decorator)
            name = (origin or "").removeprefix("meshroom.decorators.")
            if origin and origin.startswith("meshroom.decorators.") and name in DECORATORS and isinstance(decorator, ast.Call):
                self._hook(node, decorator, name)
            elif self._is_ours(origin):
                self._add(decorator, f"what a decorator makes of {node.name}")
        self._names[node.name] = None
        self._constants.pop(node.name, None)

    # -- hooks

    def _hook(self, node: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, name: str) -> None:
        kind, role, parameters = DECORATORS[name]
        given: dict[str, Any] = {}
        title_is_computed = False
        try:
            if name in (OWN if not self._is_own else GENERIC):
                raise Computed(f"whether {name} may stand here, for {node.name}")
            for key, value in self._arguments(call, parameters):
                try:
                    given[key] = valid(key, self._value(value))
                except Computed:
                    if key != "title":
                        raise Computed(f"the {key} of {node.name}") from None
                    title_is_computed = True
                    self._add(value, f"the title of {node.name}")
            if NEEDED.get(kind, "topic") not in given and kind in NEEDED:
                raise Computed(f"the options of {node.name}")
        except Computed as why:
            self._add(call, str(why))
            return
        self.hooks.append(self._describe(node.name, kind, role or given.get("role"), given))
        self.hooks[-1]["title"] = COMPUTED_TITLE if title_is_computed else title_of(node, given.get("title"))

    def _arguments(self, call: ast.Call, parameters: tuple[str, ...]) -> list[tuple[str, ast.expr]]:
        if len(call.args) > len(parameters) or any(isinstance(each, ast.Starred) for each in call.args):
            raise Computed("the options of a hook")
        named = [(each.arg or "", each.value) for each in call.keywords]
        found = [*zip(parameters, call.args, strict=False), *named]
        if any(key not in parameters for key, _ in found) or len({key for key, _ in found}) < len(found):
            raise Computed("the options of a hook")
        return found

    def _describe(self, name: str, kind: str, role: str | None, given: dict[str, Any]) -> dict[str, Any]:
        same = sum(each["export"].split("#")[0] == name for each in self.hooks)
        scope = {} if self._is_own else {"role": role, "topic": given.get("topic"), "mode": given.get("mode")}
        keep = given.get("keep_when_overloaded", False) if kind in ("setup", "teardown") else True
        found = {
            "kind": kind,
            "file": self._path,
            "export": name if same == 0 else f"{name}#{same + 1}",
            "position": len(self.hooks),
            "title": None,
            "order": given.get("order"),
            "ownsBoth": given.get("owns_both", False),
            "keepWhenOverloaded": not self._is_own and kind not in COMMANDS and keep,
            "exclusive": False,
            **scope,
            "format": given.get("format"),
        }
        return {key: value for key, value in found.items() if value is not None or key == "title"}

    # -- expressions

    def _value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Name) and node.id in self._constants:
            return self._constants[node.id]
        try:
            value = ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            raise Computed from None
        if not (value is None or isinstance(value, (str, int, float, bool))) or len(str(value)) > MOST_TEXT:
            raise Computed
        return value

    def _origin(self, node: ast.expr) -> str | None:
        """Where the function of a decorator or call comes from; None for what the tree or the file itself makes."""
        if isinstance(node, ast.Call):
            return self._origin(node.func)
        if isinstance(node, ast.Attribute):
            owner = self._origin(node.value)
            return owner and f"{owner}.{node.attr}"
        if isinstance(node, ast.Name):
            return self._names.get(node.id, f"builtins.{node.id}")
        return "builtins" if isinstance(node, (ast.Constant, ast.JoinedStr, ast.List, ast.Dict, ast.Tuple, ast.Set)) else None

    def _is_ours(self, origin: str | None) -> bool:
        """Whether it may declare a hook of this file: made by the tree, or a decorator."""
        return origin is None or origin.startswith("meshroom.decorators") or origin in ("builtins.exec", "builtins.eval", "builtins.__import__")

    def _may_declare(self, node: ast.expr) -> bool:
        return any(isinstance(each, ast.Call) and self._is_ours(self._origin(each.func)) for each in outside_functions(node))


def outside_functions(node: ast.AST) -> list[ast.AST]:
    """The nodes of an expression that are evaluated with it: not those in a lambda's body."""
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        found.append(each)
        if not isinstance(each, ast.Lambda):
            waiting.extend(ast.iter_child_nodes(each))
    return found


def branches(node: ast.If | ast.Try) -> list[ast.stmt]:
    if isinstance(node, ast.If):
        return [*node.body, *node.orelse]
    return [*node.body, *(each for handler in node.handlers for each in handler.body), *node.orelse, *node.finalbody]


def is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def is_property(node: ast.expr) -> bool:
    """`@name.setter`, `@name.deleter` of a property that the class itself has."""
    return isinstance(node, ast.Attribute) and node.attr in ("setter", "deleter", "getter")


def valid(key: str, value: Any) -> Any:
    """The package refuses other values when the file is loaded, and says why better than we could."""
    kinds: dict[str, bool] = {
        "role": value in ROLES,
        "mode": value in ("push", "pull"),
        "order": value in ("first", "last") or (isinstance(value, int) and not isinstance(value, bool)),
        "keep_when_overloaded": isinstance(value, bool),
        "owns_both": isinstance(value, bool),
    }
    if value is None and key in ("keep_when_overloaded", "owns_both"):
        raise Computed
    if value is not None and not kinds.get(key, isinstance(value, str)):
        raise Computed
    return value


def title_of(node: ast.FunctionDef | ast.AsyncFunctionDef, title: str | None) -> str:
    """The title, else the docstring's first line, else the name in words."""
    for line in (title or ast.get_docstring(node) or "").splitlines():
        if line.strip():
            return line.strip() if title else line.strip().removesuffix(".")
    return node.name.strip("_").replace("_", " ").capitalize()


def read(path: str, text: str, products: set[str]) -> dict[str, Any]:
    try:
        tree = ast.parse(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
        return {"syntax": {"line": line or 1, "column": column or 1, "message": getattr(error, "msg", None) or type(error).__name__}}
    reader = Reader(path, products)
    try:
        reader.read(tree)
    except RecursionError:
        return {"hooks": [], "computed": [{"at": {"file": path, "line": 1, "column": 1}, "what": "what is nested too deeply to be read"}]}
    return {"hooks": reader.hooks, "computed": reader.computed}


def main() -> None:
    order = json.loads(sys.stdin.buffer.read())
    products = set(order["products"])
    found = {path: read(path, text, products) for path, text in order["files"].items()}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
