"""The guard that keeps every test on this machine."""

from ipaddress import ip_address
from typing import Any


class LeftTheMachine(AssertionError):
    """A test reached beyond loopback."""


def _stays_here(host: Any) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        found = ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


def guard(event: str, args: tuple[Any, ...]) -> None:
    """Refuse connections and name look-ups that leave this machine; an audit hook cannot be removed."""
    if event == "socket.connect" and isinstance(args[1], tuple) and not _stays_here(args[1][0]):
        raise LeftTheMachine(f"a test connects to {args[1][0]}:{args[1][1]}; start a loopback server instead")
    if event == "socket.getaddrinfo" and not _stays_here(args[0]):
        raise LeftTheMachine(f"a test looks up {args[0]!r}; start a loopback server instead")
