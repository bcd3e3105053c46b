"""The house rules that a machine can hold."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "graphs", "policies", "tools", "guardrails", "knowledge", "evals")
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
SHOP = re.compile(r"Kessel|examples[./]shop|import examples")
STARTS_THE_SHOP = {"app/embedded/children.py"}
"""Demo only: the supervisor starts the sample company's process by name."""


def sources(*folders: str) -> list[Path]:
    """Python files of ours; folders of built things stay out."""
    made = {"__pycache__", ".venv", "node_modules"}
    return [path for f in folders for path in (ROOT / f).rglob("*.py") if not made & set(path.parts)]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_go_only_downwards() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_a_file_over_400_lines_gives_its_reason() -> None:
    long = [
        named(path)
        for path in sources(*PACKAGES, "examples", "scripts", "tests", "nlu")
        if len(lines := path.read_text("utf-8").splitlines()) > LONGEST_FILE
        and not any(line.startswith("# Long because ") for line in lines[:40])
    ]
    assert long == [], "split them, or begin a comment near the top with `# Long because `"


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in sources(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > LONGEST_FUNCTION
    ]
    assert long == []


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring; functions inside it count by themselves."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    inner = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return extent(node, first.lineno) - sum(extent(one, one.lineno) for one in inner)


def extent(node: ast.FunctionDef | ast.AsyncFunctionDef, first: int) -> int:
    """Lines from one to a function's last."""
    return (node.end_lineno or 0) - first + 1


def test_only_content_and_examples_know_the_sample_shop() -> None:
    naming = {named(path) for path in sources(*PACKAGES[:-1]) if SHOP.search(path.read_text("utf-8"))}
    assert naming - STARTS_THE_SHOP == set()


def test_sql_stands_in_repositories() -> None:
    statement = re.compile(r"[\"'](select|insert into|update|delete from) ", re.IGNORECASE)
    allowed = re.compile(r"^app/(db|embedded)/|/repository(_\w+)?\.py$|repository")
    astray = [
        named(path)
        for path in sources(*PACKAGES[:-1])
        if statement.search(path.read_text("utf-8")) and not allowed.search(named(path))
    ]
    assert astray == []


def test_nothing_of_an_http_client_or_a_web_framework_is_below_app() -> None:
    astray = [
        named(path)
        for path in sources("graphs", "policies", "guardrails")
        if re.search(
            r"^\s*(import|from) (fastapi|aiohttp|psycopg|redis)\b", path.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert astray == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "NotImplementedError", "XXX"])
def test_nothing_is_left_for_later(word: str) -> None:
    left = [
        named(path) for path in sources(*PACKAGES, "examples", "scripts") if word in path.read_text("utf-8")
    ]
    assert left == []


def test_the_architecture_document_names_every_folder_and_no_other() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    told = set(re.findall(r"^\| `([a-z_/]+)/` \|", text, re.MULTILINE))
    assert told == set(folders())


def folders() -> list[str]:
    """Packages and their direct subpackages, as git would clone them."""
    found = [path.parent for path in sources(*PACKAGES) if len(path.relative_to(ROOT).parts) <= 3]
    return sorted({named(folder) for folder in found})


LINK = re.compile(r"\]\(([^)#:\s]*[./][^)#:\s]*)\)")
"""A link within the project; what is in brackets without a dot or slash is an entity of an example."""


def test_the_index_of_the_documentation_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages - set(LINK.findall(index)) == set()


def test_no_page_leads_nowhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    lost = [
        f"{named(page)}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / link).exists()
    ]
    assert lost == []
