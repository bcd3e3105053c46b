"""Where messages may be sent: public addresses over TLS, and allowed private networks. Pure.

This is the first look, when an address is given. The second stands in the connector (`tools/guarded.py`), for
what the name resolves to at the moment of connecting.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from tools.networks import Network, permitted

LONGEST = 2000
LOWEST_FREE_PORT = 1024


def fault_of(url: str, allowed: Sequence[Network]) -> str | None:
    """Why an address cannot be a receiver's; None when it can."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme not in ("https", "http") or not host or len(url) > LONGEST or not url.isprintable():
        return "it must be an address that begins with https://"
    if parts.username or parts.password or parts.fragment:
        return "it may carry neither a password nor a fragment"
    private = is_private(host, allowed)
    if is_literal(host) and not permitted(host, allowed):
        return "it is a private address; FRONTDESK_PRIVATE_NETWORKS can allow its network"
    if parts.scheme == "http" and not private:
        return "it must be https; plain http is for allowed private networks"
    if not private and port is not None and port != 443 and port < LOWEST_FREE_PORT:
        return f"port {port} belongs to another kind of service; use 443 or one from {LOWEST_FREE_PORT}"
    return None


def is_literal(host: str) -> bool:
    """Whether a host is an address in digits."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_private(host: str, allowed: Sequence[Network]) -> bool:
    """Whether a host lies within what was allowed: an address of it, or a name without a dot."""
    if is_literal(host):
        return permitted(host, allowed) and not permitted(host)
    return bool(allowed) and "." not in host
