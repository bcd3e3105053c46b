"""Access tokens: JWTs (RFC 9068) that we sign and we alone read. Pure; time is an argument."""

import hmac
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import orjson
from pydantic import TypeAdapter, ValidationError

from app.auth.signed import Derive, decode, encode, mac

LIFETIME = timedelta(minutes=15)
PURPOSE = "access-token"
ISSUER = "frontdesk"
_HEADER = encode(orjson.dumps({"alg": "HS256", "typ": "at+jwt"}))


@dataclass(frozen=True, kw_only=True)
class AccessToken:
    """What a token says, under the names of RFC 9068."""

    iss: str
    sub: str
    client_id: str
    tenant: str
    scope: str
    """Scopes with blanks between."""
    jti: str
    iat: int
    exp: int

    @property
    def scopes(self) -> Sequence[str]:
        """What it allows, as far as the client still may."""
        return self.scope.split()

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return datetime.fromtimestamp(self.exp, UTC)


_READ = TypeAdapter(AccessToken)


def new_token(tenant_id: str, client_id: str, scopes: Sequence[str], jti: str, now: datetime) -> AccessToken:
    """Make a token for a client; it ends in a quarter of an hour."""
    begun = int(now.timestamp())
    return AccessToken(
        iss=ISSUER,
        sub=client_id,
        client_id=client_id,
        tenant=tenant_id,
        scope=" ".join(scopes),
        jti=jti,
        iat=begun,
        exp=begun + int(LIFETIME.total_seconds()),
    )


def write_token(keys: Derive, token: AccessToken) -> str:
    """Sign a token."""
    said = f"{_HEADER}.{encode(orjson.dumps(asdict(token)))}"
    return f"{said}.{encode(mac(keys, token.tenant, PURPOSE, said.encode()))}"


def read_token(keys: Derive, text: str, now: datetime) -> AccessToken | None:
    """Read a token; None when it is forged, damaged, out of date, or signed in another way than ours."""
    said, _, signature = text.rpartition(".")
    header, _, claims = said.partition(".")
    if header != _HEADER:
        return None
    try:
        token = _READ.validate_json(decode(claims), strict=True)
        signed = hmac.compare_digest(decode(signature), mac(keys, token.tenant, PURPOSE, said.encode()))
    except (ValidationError, ValueError):
        return None
    return token if signed and token.iss == ISSUER and now.timestamp() < token.exp else None
