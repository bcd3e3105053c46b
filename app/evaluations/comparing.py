"""Two runs beside each other; pure."""

from app.evaluations.shapes import Change, FigureChange, Played, Run


def figure_changes(old: Run, new: Run) -> list[FigureChange]:
    """Return the figures that differ, in the order of their names."""
    names = sorted({*old.figures, *new.figures})
    return [
        FigureChange(name=name, old=old.figures.get(name), new=new.figures.get(name))
        for name in names
        if old.figures.get(name) != new.figures.get(name)
    ]


def changes(old: Run, new: Run) -> list[Change]:
    """Return the conversations worth a look: what broke first, what passed in both not at all."""
    before = {one.name: one for one in old.conversations}
    after = {one.name: one for one in new.conversations}
    found = [_change(name, before.get(name), after.get(name)) for name in sorted({*before, *after})]
    order = ("broken", "still_failing", "mended", "added", "removed")
    return sorted((one for one in found if one is not None), key=lambda one: order.index(one.what))


def passed_in_both(old: Run, new: Run) -> int:
    """Count the conversations that passed twice."""
    before = {one.name for one in old.conversations if one.passed}
    return sum(one.passed and one.name in before for one in new.conversations)


def _change(name: str, old: Played | None, new: Played | None) -> Change | None:
    if old is None or new is None:
        return Change(name=name, what="added" if old is None else "removed", old=old, new=new)
    match old.passed, new.passed:
        case True, True:
            return None
        case True, False:
            return Change(name=name, what="broken", old=old, new=new)
        case False, True:
            return Change(name=name, what="mended", old=old, new=new)
        case _:
            return Change(name=name, what="still_failing", old=old, new=new)
