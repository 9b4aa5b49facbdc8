"""The documentation says what the program does: every word a user can meet has its heading, every command its page."""

from __future__ import annotations

import ast
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

import pytest

from govkit.collectors.registry import BUILTIN
from govkit.model.assessment import CONSERVATIVE, Reason

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
BY_NAME = 99
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def headings(page: str) -> list[str]:
    text = re.sub(r"```.*?```", "", (DOCS / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    return [line.lstrip("#").strip() for line in text.splitlines() if re.match(r"#{2,3} ", line)]


def trees() -> dict[str, ast.Module]:
    paths = sorted((ROOT / "govkit").rglob("*.py"))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


class Idents(ast.NodeVisitor):
    """Collects the words that code gives to Problems, and the places where a word cannot be told."""

    def __init__(self, makers: dict[str, int], nouns: dict[str, int]) -> None:
        self.makers, self.nouns = makers, nouns
        self.found: set[str] = set()
        self.unclear: list[str] = []

    def read(self, file: str, tree: ast.Module) -> None:
        self.file = file
        self.scope: list[ast.AST] = [tree]
        self.functions = {node.name: node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)}
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.scope.append(node)
        self.generic_visit(node)
        self.scope.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func).split(".")[-1]
        if name in self.makers and (given := _argument(node, self.makers[name], "ident")) is not None:
            self.found |= set(self._words(given))
        if name in self.nouns and (noun := _argument(node, self.nouns[name], "noun")) is not None:
            self.found |= {f"unknown-{word}" for word in self._words(noun)}
        self.generic_visit(node)

    def _words(self, node: ast.expr) -> Iterator[str]:
        match node:
            case ast.Constant(value=str(word)):
                yield word
            case ast.IfExp(body=one, orelse=other):
                yield from self._words(one)
                yield from self._words(other)
            case ast.Name(id=name):
                yield from self._bound(name)
            case ast.Starred(value=ast.Call(func=ast.Name(id=name))):  # a function that gives ident, what, fix
                returned = [n.value for n in ast.walk(self.functions[name]) if isinstance(n, ast.Return)]
                for value in returned:
                    yield from self._words(value.elts[0] if isinstance(value, ast.Tuple) else node)
            case ast.Attribute(attr="ident"):
                return  # of another Problem, read where that one is made
            case ast.JoinedStr(values=[ast.Constant(value="unknown-"), ast.FormattedValue(value=ast.Name(id="noun"))]):
                return  # the nouns are read at the calls
            case _:
                self.unclear.append(f"{self.file}:{node.lineno} {ast.unparse(node)}")

    def _bound(self, name: str) -> Iterator[str]:
        """What a name may stand for: a parameter is read at the calls, other values where they are given."""
        function = self.scope[-1]
        if isinstance(function, FUNCTIONS) and name in parameters(function):
            if (function.name, name) not in {(maker, "ident") for maker in self.makers}:
                self.unclear.append(f"{self.file}:{function.lineno} {function.name}({name})")
            return
        values: list[ast.expr] = []
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [name]:
                values.append(node.value)
            if isinstance(node, ast.For) and isinstance(node.target, ast.Tuple) and isinstance(node.iter, ast.Tuple):
                names = [ast.unparse(target) for target in node.target.elts]
                if name in names:
                    values += [row.elts[names.index(name)] for row in node.iter.elts if isinstance(row, ast.Tuple)]
        if not values:
            self.unclear.append(f"{self.file}: nothing says what {name} is")
        for value in values:
            yield from self._words(value)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Names of what is given at a call: first those that may go by position, without self."""
    given = function.args
    return [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs) if a.arg not in ("self", "cls")]


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    named = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    return named if named is not None else call.args[position] if position < len(call.args) else None


def positions(code: dict[str, ast.Module], *names: str) -> dict[str, int]:
    """Functions that have all these parameters, with the position of the first one in a call."""
    functions = [node for tree in code.values() for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    return {f.name: parameters(f).index(names[0]) for f in functions if set(names) <= set(parameters(f))}


@pytest.fixture(scope="module")
def idents() -> Idents:
    code = trees()
    makers = positions(code, "ident", "fix") | {"Problem": 1, "CollectorError": BY_NAME}
    visitor = Idents(makers, positions(code, "noun", "known"))
    visitor.found.add("unreadable-evidence")  # what a CollectorError is when it says nothing else
    for file, tree in code.items():
        visitor.read(file, tree)
    return visitor


def test_every_problem_is_explained_and_nothing_else(idents: Idents) -> None:
    assert idents.unclear == []
    assert sorted(headings("problems.md")) == sorted(idents.found)


def test_problems_stand_in_alphabetical_order() -> None:
    assert headings("problems.md") == sorted(headings("problems.md"))


def test_every_reason_is_explained_and_nothing_else() -> None:
    text = (DOCS / "reasons.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^### (.+)$", text, flags=re.MULTILINE)) == sorted(get_args(Reason))


def test_every_reason_for_not_being_satisfied_has_its_rank() -> None:
    assert set(get_args(Reason)) - set(CONSERVATIVE) <= {"bar-cleared", "excluded", "out-of-profile", "no-baseline"}
    assert len(CONSERVATIVE) == len(set(CONSERVATIVE))


def test_every_collector_is_explained() -> None:
    assert set(BUILTIN) <= set(headings("collectors.md"))


def test_the_pages_of_the_commands_are_what_help_prints() -> None:
    wanted = runpy.run_path(str(ROOT / "tools" / "write_command_docs.py"))["pages"]()
    there = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "commands").glob("*.md")}
    assert sorted(there) == sorted(wanted), "run `make docs`"
    assert [name for name in wanted if there[name] != wanted[name]] == [], "run `make docs`"


def test_every_command_says_what_it_reads_and_gives_an_example() -> None:
    for page in sorted((DOCS / "commands").glob("*.md")):
        if page.name != "README.md":
            text = page.read_text(encoding="utf-8")
            assert "govkit" in text.partition("Example")[2], page.name


def pages_with_links() -> list[Path]:
    return [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]


@pytest.mark.parametrize("page", pages_with_links(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        linked = (page.parent / unquote(path)).resolve() if path else page
        if not linked.exists() or (anchor and linked.suffix == ".md" and anchor not in anchors(linked)):
            broken.append(target)
    assert broken == []


def anchors(page: Path) -> set[str]:
    """As GitHub makes them: lower case, spaces to hyphens, punctuation dropped."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
