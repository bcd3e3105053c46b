"""What a company declares: its systems, and the tools over them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from tools.spec import Risk

ValueKind = Literal["text", "number", "truth", "any"]
SystemKind = Literal["openapi", "graphql", "soap", "mcp"]
AuthKind = Literal["api_key", "bearer", "basic", "oauth2", "ws_username"]


@dataclass(frozen=True, kw_only=True)
class Auth:
    """How a system lets us in. `secret` is the name of a secret, never the secret."""

    secret: str
    kind: AuthKind | None = None
    scheme: str | None = None
    """A security scheme of the OpenAPI document, instead of `kind`."""
    user: str | None = None
    name: str | None = None
    in_: Literal["header", "query", "cookie"] = "header"
    client_id: str | None = None
    token_url: str | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One system, and how it is reached."""

    kind: SystemKind
    url: str | None = None
    document: Path | None = None
    port: str | None = None
    command: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    auth: Auth | None = None
    most_kb: int = 256


@dataclass(frozen=True, kw_only=True)
class Argument:
    """One value that is sent."""

    to: str
    """A parameter's name, or a JSON pointer into the body or the variables."""
    kind: ValueKind | None = None
    """The kind of what is asked for; None: it is not asked for."""
    optional: bool = False
    customer: bool = False
    """True: the id of the customer who asks, whatever anybody says."""
    value: str | int | float | bool | None = None
    pattern: str | None = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value of the answer, and where it stands there."""

    kind: ValueKind
    at: str
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Key:
    """How an effect's key travels: in a header, or as a value."""

    header: str | None = None
    to: str | None = None


@dataclass(frozen=True, kw_only=True)
class LookUp:
    """The reading tool that knows what became of an effect, and what it is asked with."""

    tool: str
    with_: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DeclaredTool:
    """A tool over one operation of a connection."""

    connection: str
    description: str
    risk: Risk
    args: Mapping[str, Argument]
    result: Mapping[str, Field]
    operation: str | None = None
    query: str | None = None
    found_at: str = ""
    owner_at: str | None = None
    key: Key | None = None
    settle: Literal["repeat"] | LookUp | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    """Status or code of an answer, and what it means here; `not_found` is known to the engine."""
    timeout_s: float = 1.5
    cache_s: float = 0.0
    retries: int = 0
    needs_verified: bool = True


@dataclass(frozen=True, kw_only=True)
class Declarations:
    """Everything that is declared."""

    connections: Mapping[str, Connection] = field(default_factory=dict)
    tools: Mapping[str, DeclaredTool] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistake:
    """What cannot work as declared: the place as keys of the YAML, what is wrong, and a hint."""

    path: tuple[str, ...]
    message: str
    hint: str = ""


class DeclarationFault(Exception):
    """Raised while one tool or connection is made; `at` are the keys below it."""

    def __init__(self, at: tuple[str, ...], message: str, hint: str = "") -> None:
        super().__init__(message)
        self.at = at
        self.message = message
        self.hint = hint


def nearest(word: str, known: Iterable[str]) -> str:
    """Suggest the known name that is nearest, or say what there is."""
    names = sorted(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    shown = ", ".join(names[:12])
    return f"Known here: {shown}{', …' if len(names) > 12 else ''}." if names else ""
