"""A designer's changes over the folder's files, files put in place, and flows drawn as pictures."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rulebooks.editing.draft import FileChange, fingerprint, fit_name, lay
from app.rulebooks.editing.pictures import END, START, picture_of
from app.rulebooks.editing.publishing import write_files
from app.rulebooks.files import read_files
from policies.loader import load_book
from tests.unit.books.altered import LIBRARY, TOOLS

FILES = {"company.yaml": b"name: A\n", "flows/loans.yaml": b"flows: {}\n"}
NAMES = st.sampled_from(["company.yaml", "flows/loans.yaml", "rails.yaml"])
TEXTS = st.none() | st.text(max_size=20)


def change(name: str, text: str | None, was: bytes | None) -> FileChange:
    return FileChange(name=name, text=text, was=None if was is None else fingerprint(was))


def test_changes_to_different_files_by_two_people_both_stay() -> None:
    mine = lay(FILES, [change("company.yaml", "name: B\n", FILES["company.yaml"])])
    both = lay(mine.files, [change("flows/loans.yaml", "flows: {a: 1}\n", FILES["flows/loans.yaml"])])

    assert both.conflicts == ()
    assert both.files == {"company.yaml": b"name: B\n", "flows/loans.yaml": b"flows: {a: 1}\n"}


def test_a_file_that_somebody_changed_meanwhile_is_a_conflict() -> None:
    theirs = {**FILES, "company.yaml": b"name: theirs\n"}
    assert lay(theirs, [change("company.yaml", "name: mine\n", FILES["company.yaml"])]).conflicts == (
        "company.yaml",
    )
    assert lay(theirs, [change("company.yaml", "name: theirs\n", FILES["company.yaml"])]).conflicts == ()
    assert lay(FILES, [change("company.yaml", "name: new\n", None)]).conflicts == ("company.yaml",)


@given(st.dictionaries(NAMES, TEXTS))
def test_a_draft_made_on_the_folder_as_it_is_has_no_conflict_and_comes_out_as_wanted(
    wanted: dict[str, str | None],
) -> None:
    laid = lay(FILES, [change(name, text, FILES.get(name)) for name, text in wanted.items()])
    assert laid.conflicts == ()
    for name, text in wanted.items():
        assert laid.files.get(name) == (None if text is None else text.encode())
    assert set(laid.changed) == {n for n in {*FILES, *laid.files} if FILES.get(n) != laid.files.get(n)}


@pytest.mark.parametrize(
    "name", ["../keys.yaml", "/etc/a.yaml", "a.yml", "flows/../../x.yaml", ".hidden.yaml", "a b.yaml", ""]
)
def test_no_name_leads_out_of_the_book(name: str) -> None:
    assert not fit_name(name)


@given(st.dictionaries(NAMES, st.binary(max_size=20)), st.dictionaries(NAMES, st.binary(max_size=20)))
def test_a_folder_holds_exactly_what_was_put_in_place(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("book")
    write_files(folder, {}, before)
    write_files(folder, before, after)
    assert read_files(folder) == after
    assert [path.name for path in Path(folder).rglob(".*")] == []


def test_a_flows_picture_leads_from_its_beginning_to_every_step_and_to_an_end() -> None:
    for flow in load_book(LIBRARY, TOOLS).flows.values():
        picture = picture_of(flow)
        nodes = {node.id for node in picture.nodes}
        assert {edge.source for edge in picture.edges} <= nodes
        assert {edge.target for edge in picture.edges} <= nodes
        assert nodes - {edge.target for edge in picture.edges} == {START}
        assert END in nodes or {node.kind for node in picture.nodes} & {"person", "flow"}
        assert not any(edge.source == edge.target for edge in picture.edges)


def test_a_node_says_in_which_line_its_step_stands() -> None:
    book = load_book(LIBRARY, TOOLS)
    flow = next(iter(book.flows.values()))
    lines = (LIBRARY / flow.place.file).read_text("utf-8").splitlines()
    asks = [node for node in picture_of(flow).nodes if node.kind == "ask"]
    assert asks
    assert all(node.title in lines[node.line - 1] for node in asks)
