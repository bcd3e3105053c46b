"""What a system's codes mean, as the company says; some meanings are known to the engine."""

from collections.abc import Iterable, Mapping

from tools.errors import BackendRefused, NoSuchThing, OutcomeUnknown, ToolError, VersionConflict, key_reused
from tools.vendor import Explain, Reply

CODE_NAMES = ("code", "error_code", "error", "type", "title", "status", "reason")
"""Where error documents keep the word by which they name their kind."""


def meaning_of(errors: Mapping[str, str], codes: Iterable[str]) -> ToolError | None:
    """The first of these codes that the company has named, as the error it stands for."""
    named = next((errors[code] for code in codes if code in errors), None)
    match named:
        case None:
            return None
        case "not_found":
            return NoSuchThing("thing")
        case "in_progress":
            return OutcomeUnknown("in_progress", "a request under this key is still at work", answered=False)
        case "key_reused":
            return key_reused()
        case "version_conflict":
            return VersionConflict("version_conflict", "it has changed since it was read")
        case _:
            return BackendRefused(named, f"the system says no: {named}")


def explain_with(errors: Mapping[str, str]) -> Explain:
    """Read error documents by the company's own table: their code first, then the status."""

    def explain(reply: Reply) -> ToolError | None:
        return meaning_of(errors, [*words_in(reply.said()), str(reply.status)])

    return explain


def words_in(said: Mapping[str, object]) -> list[str]:
    """The words of an error document that may name its kind, its nested `error` included."""
    inner = said.get("error")
    documents = [said, inner] if isinstance(inner, Mapping) else [said]
    found = [document.get(name) for document in documents for name in CODE_NAMES]
    return [str(word) for word in found if isinstance(word, str | int) and not isinstance(word, bool)]
