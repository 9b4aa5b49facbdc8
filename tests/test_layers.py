"""Who may import whom. A new arrow is a decision: add it here with a reason, or do without."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "govkit"

# Layer -> layers of govkit it may import besides itself.
ALLOWED: dict[str, set[str]] = {
    "": set(),
    "errors": set(),
    "model": {"errors"},
    "metric_frame": set(),  # used where models are trained, and may be copied there as one file
    "statistics": set(),
    "proved_json": set(),
    "files": {"errors", "proved_json"},
    "yaml_lines": {"errors"},
    "lookalikes": set(),
    "validation": {"errors", "files", "lookalikes", "yaml_lines"},
    "yaml_nodes": set(),
    "editing": {"errors", "model", "files", "validation", "yaml_lines", "yaml_nodes"},
    "catalogs": {"errors", "model", "files", "yaml_lines", "validation"},
    "manifests": {"errors", "files", "model"},
    # Reads other people's files: looks ids up in the catalogs, and takes OSCAL documents apart with `oscal`.
    "importing": {"errors", "model", "files", "yaml_lines", "validation", "catalogs", "oscal"},
    "selection": {"errors", "lookalikes", "model", "validation", "yaml_lines", "catalogs"},
    "profiles": {"errors", "model", "files", "validation", "yaml_lines", "catalogs"},
    "register": {"errors", "model", "validation", "yaml_lines", "catalogs"},
    "project": {
        "manifests",
        "selection",
        "profiles",
        "register",
        "errors",
        "model",
        "files",
        "yaml_lines",
        "validation",
        "catalogs",
    },
    "starter": {"model", "files", "yaml_lines", "catalogs"},
    "starting": {"model", "files", "catalogs", "selection", "starter"},
    "collectors": {"errors", "model", "files", "yaml_lines", "validation"},
    "fetching": {"errors", "files"},
    "history": {"errors", "model", "files", "yaml_lines", "validation"},
    "story": {"errors", "files", "model", "validation", "yaml_lines"},
    "bindings": {"model"},
    "taken_away": {"errors", "files", "history", "model"},
    "processes": set(),
    "agreements": {"errors", "files", "model"},
    "recording": {"agreements", "errors", "files", "history", "model"},
    "gather": {
        "agreements",
        "bindings",
        "processes",
        "recording",
        "taken_away",
        "errors",
        "model",
        "files",
        "yaml_lines",
        "validation",
        "collectors",
        "history",
        "",
    },
    "assess": {"errors", "model", "statistics", ""},
    "report": {"errors", "model", "files", "yaml_lines", ""},
    "export": {"errors", "model", "files", "yaml_lines", ""},
    "oscal": {"errors", "model", "files", "yaml_lines", "validation", ""},
    "cli": {
        "",
        "agreements",
        "errors",
        "model",
        "files",
        "yaml_lines",
        "validation",
        "editing",
        "catalogs",
        "importing",
        "project",
        "selection",
        "starting",
        "collectors",
        "fetching",
        "history",
        "gather",
        "story",
        "statistics",
        "assess",
        "report",
        "export",
        "oscal",
    },
}


def layer(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(path: Path) -> set[str]:
    """Modules of govkit that a file imports, at any depth of the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == "govkit"}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").split(".")[0] == "govkit":
            assert node.module is not None
            names = (
                {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "govkit" else {node.module}
            )
            found |= (
                {
                    name
                    if (PACKAGE / name.split(".")[1]).exists() or (PACKAGE / f"{name.split('.')[1]}.py").exists()
                    else "govkit"
                    for name in names
                }
                if node.module == "govkit"
                else names
            )
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
    return found


def test_every_module_belongs_to_a_known_layer() -> None:
    names = {
        p.stem if p.suffix else p.name for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()
    }
    assert names - {"__init__", "__main__"} <= set(ALLOWED)


def test_imports_point_only_where_they_may() -> None:
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(("govkit", *path.relative_to(PACKAGE).with_suffix("").parts))
        mine = layer(module.removesuffix(".__init__")) if module != "govkit.__init__" else ""
        if mine == "__main__":
            mine = "cli"
        for target in imports(path):
            if layer(target) != mine and layer(target) not in ALLOWED[mine]:
                wrong.append(f"{module} imports {target}")
    assert wrong == []


def test_package_files_hold_no_reexports() -> None:
    for path in PACKAGE.rglob("__init__.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not [n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module != "__future__"], path


def test_only_cli_prints_and_reads_the_clock() -> None:
    forbidden = {"print", "input", "breakpoint"}
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] in ("cli", "__main__.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                if name in forbidden or name.endswith((".now", ".today", ".utcnow")) or name == "time.time":
                    wrong.append(f"{path.name}:{node.lineno} calls {name}")
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "sys.argv"):
                wrong.append(f"{path.name}:{node.lineno} reads {ast.unparse(node)}")
    assert wrong == []


def test_files_and_functions_stay_small() -> None:
    """400 lines a file, 60 a function; more needs its reason in the file (`# long: why`)."""
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 400 and "# long:" not in text:
            wrong.append(f"{path.name} has {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 60:
                    wrong.append(f"{path.name}:{node.lineno} {node.name} has {length} lines")
    assert wrong == []


NETWORK = {"http", "urllib.request", "socket", "ssl", "ftplib", "smtplib", "asyncio", "requests", "httpx", "aiohttp"}


def test_only_what_fetches_reaches_the_network() -> None:
    """`govkit fetch` asks a server that a person named; nothing else in govkit can."""
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] == "fetching":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            if reaching := [name for name in names if name in NETWORK or name.split(".")[0] in NETWORK]:
                wrong.append(f"{path.name} imports {', '.join(reaching)}")
    assert wrong == []
