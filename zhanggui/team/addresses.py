"""Where a request comes from: pure functions over what the socket and the proxies in front say.

`X-Forwarded-For` is written by anybody; only the part that our own proxies added is believed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]", "::1")
IPV6_BLOCK: Final = 64


def parse_networks(text: str) -> tuple[Network, ...]:
    """Return the networks of a setting such as "10.0.0.0/8, 192.168.1.7"; ValueError names a wrong one."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def client_address(peer: str, forwarded_for: Sequence[str], *, trusted: Sequence[Network]) -> str:
    """Return the client's address: the first one, read from the right, that is not a trusted proxy.

    `peer` is the other end of the socket, `forwarded_for` the X-Forwarded-For headers as they came. A peer that is
    not a trusted proxy is the client, whatever the header claims.
    """
    chain = [part.strip() for header in forwarded_for for part in header.split(",")]
    client = _parse(peer)
    while client is not None and chain and _inside(client, trusted):
        further = _parse(chain.pop())
        if further is None:
            break
        client = further
    return peer if client is None else str(client)


def is_trusted(peer: str, *, trusted: Sequence[Network]) -> bool:
    """Is the other end of the socket one of our proxies?"""
    address = _parse(peer)
    return address is not None and _inside(address, trusted)


def is_loopback(address: str) -> bool:
    """Is this the machine itself?"""
    parsed = _parse(address)
    return parsed is not None and parsed.is_loopback


def is_loopback_host(host: str) -> bool:
    """Does a Host header name the machine itself? A page that rebinds its own name to 127.0.0.1 does not."""
    name = host if host.endswith("]") or host == "::1" else host.rsplit(":", 1)[0]
    return name.lower() in LOOPBACK_NAMES


def address_block(address: str) -> str:
    """Return what one person can be held to: the address, or the /64 of an IPv6 one (a home has them all)."""
    parsed = _parse(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, IPV6_BLOCK), strict=False))
    return address if parsed is None else str(parsed)


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _inside(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
