"""Links of the audit: each depends on everything before it, and on every field it binds."""

from hypothesis import given
from hypothesis import strategies as some

from app.audit.chain import BEFORE_ALL, Field, Head, Matter, content_of, linked

KEY = bytes(range(32))
fields = some.lists(some.one_of(some.none(), some.text(), some.integers(0), some.binary()), max_size=5)
START = Head(number=0, hash=BEFORE_ALL)


def replies(*contents: tuple[Field, ...]) -> list[Matter]:
    return [Matter(kind="reply", fields=content) for content in contents]


@given(fields, fields)
def test_two_replies_bind_to_the_same_only_if_they_read_the_same(
    one: list[Field], other: list[Field]
) -> None:
    def read(values: list[Field]) -> list[bytes]:
        return [v if isinstance(v, bytes) else b"" if v is None else str(v).encode() for v in values]

    assert (content_of(KEY, one) == content_of(KEY, other)) == (read(one) == read(other))


@given(some.lists(fields, min_size=2, max_size=6), some.data())
def test_changing_one_reply_changes_every_link_from_it_on(
    contents: list[list[Field]], data: some.DataObject
) -> None:
    place = data.draw(some.integers(0, len(contents) - 1))
    changed = [*contents]
    changed[place] = [*contents[place], "more"]

    before = list(linked(KEY, START, replies(*map(tuple, contents))))
    after = list(linked(KEY, START, replies(*map(tuple, changed))))

    assert [a.hash == b.hash for a, b in zip(before, after, strict=True)] == [
        number < place for number in range(len(contents))
    ]
    assert [link.number for link in before] == list(range(1, len(contents) + 1))


def test_links_made_in_two_portions_are_those_made_in_one() -> None:
    matters = replies(("a",), ("b",), ("c",))
    whole = list(linked(KEY, START, matters))
    first = list(linked(KEY, START, matters[:2]))
    rest = linked(KEY, Head(number=2, hash=first[-1].hash), matters[2:])

    assert [*first, *rest] == whole


def test_nobody_without_the_key_makes_the_same_link() -> None:
    (ours,) = linked(KEY, START, replies(("a",)))
    (theirs,) = linked(bytes(32), START, replies(("a",)))

    assert ours.hash != theirs.hash
