"""The shape of `connections/*.yaml`: systems of the company, and the tools that are declared over them."""

from typing import Annotated, Any, Literal

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


WORDS: dict[str, str] = {
    "args": "What is sent: each value with its kind, or in full.",
    "at": "Where it stands in the answer, from `found_at`: a JSON pointer.",
    "auth": "How the system lets us in.",
    "cache_s": "How long an answer may be given again, in seconds.",
    "client_id": "Who asks for a token.",
    "command": "The program of an MCP server, with its arguments.",
    "connection": "The connection that the tool is over.",
    "connections": "Systems of the company.",
    "customer": "The id of the customer who asks, whatever anybody says.",
    "description": "What it is for, in a sentence.",
    "document": "The OpenAPI document or WSDL, below `connections/documents`.",
    "env": "Variables of that program, each with the name of a secret.",
    "errors": "A status or code of the system, and what it means here.",
    "found_at": "Where in the answer the thing is; absent, null or empty: there is none.",
    "header": "The header in which the key travels.",
    "in": "Where an API key travels.",
    "key": "How the key of an effect travels, so that it happens once.",
    "kind": "What the system speaks, or how it lets us in.",
    "most_kb": "The largest answer that is read.",
    "name": "The header, parameter or cookie of an API key.",
    "needs_verified": "Whether the customer must be known for certain.",
    "operation": "The operationId, the SOAP operation, or the MCP server's tool.",
    "optional": "Whether it may be missing.",
    "owner_at": "Where the customer's id stands in the answer; what is somebody else's is not found.",
    "pattern": "What the value must look like, as a regular expression.",
    "port": "Which port of a SOAP service.",
    "query": "The GraphQL document: one query or mutation with its variables.",
    "result": "What is given back: each value with its kind, or in full.",
    "retries": "How often a read is tried again after a passing failure.",
    "risk": "What it may do; said here, and believed nowhere else.",
    "scheme": "A security scheme of the OpenAPI document.",
    "scopes": "What a token is asked for.",
    "secret": "The name of a secret: its value stands in FRONTDESK_SECRET_<NAME>.",
    "settle": "Who knows what became of an effect whose answer was lost.",
    "timeout_s": "How long an answer may take, in seconds.",
    "to": "Where it goes: a parameter's name, or a JSON pointer into the body.",
    "token_url": "Where tokens are issued.",
    "tool": "The tool that looks it up.",
    "tools": "Operations that flows and actions may use.",
    "type": "The kind of the value.",
    "url": "The system's address.",
    "user": "The user to whom the secret belongs.",
    "value": "A value that is always the same.",
    "with": "What it is asked with: `key`, or `args.` and a name.",
}
"""What each key means, for editors."""


class Explained(Strict):
    """A mapping whose keys bring their meaning into the JSON Schema."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Give every field its words."""
        for name, field in cls.model_fields.items():
            field.description = field.description or WORDS.get(field.alias or name)
        cls.model_rebuild(force=True)


class AuthYaml(Explained):
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


class ConnectionYaml(Explained):
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


class ArgumentYaml(Explained):
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


class FieldYaml(Explained):
    """One value of the answer."""

    type: ValueKind
    at: Pointer | None = None
    optional: bool = False


class KeyYaml(Explained):
    """How the key of an effect travels, so that it happens once."""

    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$", max_length=60)] | None = None
    to: Target | None = None

    @model_validator(mode="after")
    def travels_once(self) -> "KeyYaml":
        """Either a header or an argument carries it."""
        if (self.header is None) == (self.to is None):
            raise PydanticCustomError("key", "say one of `header` and `to`")
        return self


class LookUpYaml(Explained):
    """The tool that says what became of an effect whose answer was lost."""

    tool: Name
    with_: dict[Name, Annotated[str, StringConstraints(pattern=r"^(key|args\.[a-z][a-z0-9_]*)$")]] = Field(
        alias="with", min_length=1
    )


class DeclaredToolYaml(Explained):
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


class ConnectionsFile(Explained):
    """`connections/*.yaml`"""

    connections: dict[Name, ConnectionYaml] = Field(default_factory=dict)
    tools: dict[Name, DeclaredToolYaml] = Field(default_factory=dict)
