"""The source as the laws read it: files, the modules they are, what each imports, calls and compares."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "rest_compat", "migrations")


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path from the repository's root, as in `app/core/db.py`."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        """Its dotted name, as in `app.core.db`."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def imports(self, *, for_types: bool = False) -> set[str]:
        """The modules of ours that it imports, wherever in the file; those for type checking only when asked for."""
        found: set[str] = set()
        for node in _nodes(self.tree, for_types):
            if isinstance(node, ast.Import):
                found |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}: imports are absolute"
                found |= {_module(node.module or "", each.name) for each in node.names}
        return {each for each in found if each.split(".")[0] in PACKAGES}

    def calls(self) -> Iterator[tuple[int, str]]:
        """Every call: its line, and what is called as it is written, as in `datetime.now`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node.lineno, ast.unparse(node.func)


def _nodes(tree: ast.AST, for_types: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not for_types:
            continue
        yield node
        yield from _nodes(node, for_types)


def _module(package: str, name: str) -> str:
    """`from package import name` means the module `package.name` where there is one, else `package`."""
    place = ROOT / package.replace(".", "/") / name
    return f"{package}.{name}" if place.with_suffix(".py").exists() or place.is_dir() else package


def sources(*packages: str) -> list[Source]:
    """The Python files of the packages, all of ours when none is named, in the order of their paths."""
    return [Source(path) for package in packages or PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
