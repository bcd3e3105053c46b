"""Which addresses may be reached: public ones, and those of networks that were allowed."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones (RFC 6052)."""


def read_networks(text: str) -> tuple[Network, ...]:
    """Read networks such as `10.1.0.0/16, fd00::/8`; raises `ValueError` for anything else."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def permitted(text: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether an address may be connected to: a public one, or one of an allowed network."""
    written = ip_address(text.partition("%")[0])
    address = meant(written)
    for network in allowed:
        if any(one.version == network.version and one in network for one in (written, address)):
            return True
    return address.is_global and not address.is_multicast and not address.is_reserved
