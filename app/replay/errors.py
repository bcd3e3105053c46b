"""Why two books cannot be compared."""


class ReplayError(Exception):
    """The family of everything that a person can put right before comparing again."""


class NoSuchBook(ReplayError):
    """The name means no book: give a folder, `current`, or a version that `reload` told of."""


class SinceUnclear(ReplayError):
    """The time cannot be read: write a day as 2026-11-01, or a length as 7d, 24h or 2w."""


class BookUnreadable(ReplayError):
    """A book cannot be played on: run `frontdesk check` on it and mend what it names."""
