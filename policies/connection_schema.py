"""The shape of `connections/*.yaml`: systems of the company, and the tools that are declared over them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from policies.shapes import Name, Phrase, Strict, Text

Kind = Literal["openapi", "graphql", "soap", "mcp"]
ValueKind = Literal["text", "number", "truth", "any"]
Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^/]*)*$", max_length=300)]
"""A JSON pointer (RFC 6901), such as `/items/0/price`; the empty one is the whole answer."""
Target = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/@?#]+[^\s@?#]*$", max_length=500)]
File = Annotated[str, StringConstraints(pattern=r"^documents/[\w.-]+(/[\w.-]+)*$", max_length=300)]
"""A file below `connections/documents`."""
Seconds = Annotated[float, Field(gt=0, le=60)]

NEEDS: dict[str, tuple[str, ...]] = {
    "openapi": ("document",),
    "graphql": ("url",),
    "soap": ("document",),
    "mcp": (),
}
"""What a connection of each kind cannot do without."""
ONLY: dict[str, frozenset[str]] = {
    "command": frozenset({"mcp"}),
    "env": frozenset({"mcp"}),
    "document": frozenset({"openapi", "soap"}),
    "port": frozenset({"soap"}),
}
"""Keys that only some kinds have."""


class AuthYaml(Strict):
    """How a system lets us in; secrets are named here and stand in the environment."""

    kind: Literal["api_key", "bearer", "basic", "oauth2", "ws_username"] | None = None
    scheme: Text | None = None
    secret: Name
    user: Phrase | None = None
    name: Phrase | None = None
    in_: Literal["header", "query", "cookie"] = Field(default="header", alias="in")
    client_id: Phrase | None = None
    token_url: Url | None = None
    scopes: tuple[Phrase, ...] = ()

    @model_validator(mode="after")
    def is_complete(self) -> "AuthYaml":
        """Each kind has its own necessities; a scheme of the document brings its own."""
        if (self.kind is None) == (self.scheme is None):
            raise PydanticCustomError("auth", "say either `kind`, or which `scheme` of the document it is")
        needed = {
            "api_key": ("name",),
            "basic": ("user",),
            "ws_username": ("user",),
            "oauth2": ("client_id", "token_url"),
        }
        for key in needed.get(self.kind or "", ()):
            if getattr(self, key) is None:
                raise PydanticCustomError("auth", "`{kind}` needs `{key}`", {"kind": self.kind, "key": key})
        return self


class ConnectionYaml(Strict):
    """One system, and how it is reached."""

    kind: Kind
    url: Url | None = None
    document: File | None = None
    port: Phrase | None = None
    command: tuple[Text, ...] = ()
    env: dict[str, Name] = Field(default_factory=dict)
    auth: AuthYaml | None = None
    most_kb: Annotated[int, Field(ge=1, le=10_000)] = 256

    @model_validator(mode="after")
    def fits_its_kind(self) -> "ConnectionYaml":
        """Refuse what another kind would need, and name what this one lacks."""
        for key in NEEDS[self.kind]:
            if not getattr(self, key):
                raise PydanticCustomError("lacks", "`{kind}` needs `{key}`", {"kind": self.kind, "key": key})
        for key, kinds in ONLY.items():
            if getattr(self, key) and self.kind not in kinds:
                raise PydanticCustomError(
                    "surplus", "`{key}` means nothing to `{kind}`", {"kind": self.kind, "key": key}
                )
        if self.kind == "mcp" and bool(self.url) == bool(self.command):
            raise PydanticCustomError("mcp", "`mcp` needs either `url` or `command`")
        return self


class ArgumentYaml(Strict):
    """One value that is sent: asked for, of the customer who asks, or always the same."""

    type: ValueKind | None = None
    to: Target | None = None
    optional: bool = False
    customer: Literal["id"] | None = None
    value: str | int | float | bool | None = None
    pattern: Text | None = None
    description: Phrase | None = None

    @model_validator(mode="after")
    def has_one_source(self) -> "ArgumentYaml":
        """A value comes from one place."""
        if sum(one is not None for one in (self.type, self.customer, self.value)) != 1:
            raise PydanticCustomError("source", "say one of `type`, `customer` or `value`")
        return self


class FieldYaml(Strict):
    """One value of the answer."""

    type: ValueKind
    at: Pointer | None = None
    optional: bool = False


class KeyYaml(Strict):
    """How the key of an effect travels, so that it happens once."""

    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$", max_length=60)] | None = None
    to: Target | None = None

    @model_validator(mode="after")
    def travels_once(self) -> "KeyYaml":
        """Either a header or an argument carries it."""
        if (self.header is None) == (self.to is None):
            raise PydanticCustomError("key", "say one of `header` and `to`")
        return self


class LookUpYaml(Strict):
    """The tool that says what became of an effect whose answer was lost."""

    tool: Name
    with_: dict[Name, Annotated[str, StringConstraints(pattern=r"^(key|args\.[a-z][a-z0-9_]*)$")]] = Field(
        alias="with", min_length=1
    )


class DeclaredToolYaml(Strict):
    """A tool over one operation of a connection."""

    connection: Name
    description: Phrase
    risk: Literal["read", "write", "money"]
    operation: Text | None = None
    query: Text | None = None
    args: dict[Name, ValueKind | ArgumentYaml] = Field(default_factory=dict)
    result: dict[Name, ValueKind | FieldYaml] = Field(min_length=1)
    found_at: Pointer = ""
    owner_at: Pointer | None = None
    key: KeyYaml | None = None
    settle: Literal["repeat"] | LookUpYaml | None = None
    errors: dict[str, Name] = Field(default_factory=dict)
    timeout_s: Seconds = 1.5
    cache_s: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    retries: Annotated[int, Field(ge=0, le=3)] = 0
    needs_verified: bool = True

    @model_validator(mode="after")
    def keeps_its_promises(self) -> "DeclaredToolYaml":
        """An effect happens once and for a known customer; what is read changes nothing."""
        if self.risk == "read":
            for key in ("key", "settle"):
                if getattr(self, key) is not None:
                    raise PydanticCustomError("read", "`{key}` is for effects; this reads", {"key": key})
            return self
        for key in ("cache_s", "retries"):
            if getattr(self, key):
                raise PydanticCustomError(
                    "effect", "`{key}` is for reads; an effect has `settle`", {"key": key}
                )
        if self.settle == "repeat" and self.key is None:
            raise PydanticCustomError("repeat", "`settle: repeat` needs a `key` that the system remembers")
        if self.risk == "money" and self.settle is None:
            raise PydanticCustomError("money", "money needs `settle`: who knows what became of it")
        if not self.needs_verified:
            raise PydanticCustomError("verified", "an effect needs a verified customer")
        return self


class ConnectionsFile(Strict):
    """`connections/*.yaml`"""

    connections: dict[Name, ConnectionYaml] = Field(default_factory=dict)
    tools: dict[Name, DeclaredToolYaml] = Field(default_factory=dict)
