"""The addresses of the machine that tests run on."""

import ifaddr

from tests.programs import absent


def own_address() -> str:
    """Return an IPv4 address that is not of the loopback: some clients pair no candidate with one of the loopback.

    Without one the test is skipped, or fails where CI is set.
    """
    found = (str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4)
    return next((address for address in found if not address.startswith("127.")), None) or absent("a network")
