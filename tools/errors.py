"""What a tool raises; the runner turns each into an outcome."""


class ToolError(Exception):
    """A tool did not do what it was asked; `code` is stable, `detail` says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class NoSuchThing(ToolError):
    """There is none, or it belongs to somebody else; the two look the same from outside."""

    def __init__(self, what: str) -> None:
        super().__init__("not_found", f"there is no such {what}")


class BackendRefused(ToolError):
    """The backend says no for good, and nothing was changed."""


def key_reused(detail: str = "this key was used for something else") -> BackendRefused:
    """A refusal of a key that names another effect; new each time, as a raised error keeps what it passed."""
    return BackendRefused("key_reused", detail)


class VersionConflict(BackendRefused):
    """The thing has changed since it was read: read it again before asking once more."""


class BackendFailed(ToolError):
    """No usable answer and certainly no effect: it may be tried again."""


class OutcomeUnknown(ToolError):
    """An effect was sent and its answer is missing: look the key up before trying again.

    `answered` tells whether the backend has finished with the request, so that
    a later look-up that finds nothing proves that nothing will come of it.
    """

    def __init__(self, code: str, detail: str, *, answered: bool) -> None:
        super().__init__(code, detail)
        self.answered = answered


class UnknownTool(LookupError):
    """No tool has this name: correct the rule book, or add the tool to the catalogue."""


class WrongRisk(TypeError):
    """Reads go through `read` and effects through `effect`: call the other method."""
