"""ICE checks."""

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from server.core.errors import ProtocolError
from server.media.sfu import ice
from server.media.sfu.ice import Credentials

_OURS = Credentials("ours0000ours0000", "password" * 4)


def _request(**attributes: object) -> stun.Message:
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": f"{_OURS.ufrag}:x"} | named)
    message.add_message_integrity(_OURS.pwd.encode())
    return message


def test_a_check_names_whom_it_is_for_and_whether_it_nominates() -> None:
    plain, nominating = ice.parse(bytes(_request())), ice.parse(bytes(_request(USE_CANDIDATE=None)))
    assert (plain.ufrag, plain.nominates, nominating.nominates) == (_OURS.ufrag, False, True)
    assert plain.is_authentic(_OURS)
    assert not plain.is_authentic(Credentials(_OURS.ufrag, "another password entirely"))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (("192.0.2.1", 5000), ("192.0.2.1", 5000)),
        (("2001:db8::1", 5000, 0, 0), ("2001:db8::1", 5000)),
        (("::ffff:192.0.2.1", 5000, 0, 0), ("192.0.2.1", 5000)),
        (("fe80::1%eth0", 5000, 0, 2), ("fe80::1", 5000)),
    ],
)
def test_an_answer_tells_the_address_and_is_no_longer_than_the_check(
    address: ice.Address, told: tuple[str, int]
) -> None:
    request = bytes(_request())
    response = ice.response(ice.parse(request), _OURS, address)
    parsed = stun.parse_message(response)
    assert parsed.attributes["XOR-MAPPED-ADDRESS"] == told
    assert parsed.check_message_integrity(_OURS.pwd.encode())
    assert len(response) <= len(request)


def test_a_keepalive_is_no_check() -> None:
    assert ice.parse(bytes(stun.Message(stun.Method.BINDING, stun.Class.INDICATION))).kind is ice.Class.INDICATION


def test_our_own_check_is_one_for_its_receiver_and_no_longer_than_theirs() -> None:
    local, remote = ice.fresh_credentials(), Credentials("abcd", "their password of 24 chars")
    check = ice.request(ice.fresh_transaction(), local, remote)
    parsed = stun.parse_message(check)
    assert parsed.check_message_integrity(remote.pwd.encode())
    assert parsed.attributes["USERNAME"] == f"abcd:{local.ufrag}"
    theirs = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": f"{local.ufrag}:abcd"})
    theirs.attributes |= {"PRIORITY": 1, "ICE-CONTROLLING": 1}
    theirs.add_message_integrity(local.pwd.encode())
    assert len(check) <= len(bytes(theirs))


def test_a_message_of_many_attributes_is_not_read_to_its_end() -> None:
    many = _request()
    flood = bytes(many)[:20] + bytes.fromhex("80220000") * 100 + bytes(many)[20:]
    with pytest.raises(ProtocolError):
        ice.parse(flood[:2] + (len(flood) - 20).to_bytes(2) + flood[4:])


def test_a_check_with_a_wrong_fingerprint_is_not_authentic() -> None:
    assert not ice.parse(bytes(_request())[:-1] + b"!").is_authentic(_OURS)


def test_what_is_no_check_is_refused() -> None:
    nameless = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    nameless.add_message_integrity(b"x")
    allocation = stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST, attributes={"USERNAME": "a:b"})
    for message in (nameless, allocation):
        with pytest.raises(ProtocolError):
            ice.parse(bytes(message))


@given(st.binary(max_size=120))
def test_any_bytes_are_read_or_refused(datagram: bytes) -> None:
    with pytest.raises(ProtocolError):
        ice.parse(datagram)


@given(st.integers(20, 90), st.binary(min_size=1, max_size=8))
def test_a_damaged_check_is_read_or_refused(position: int, damage: bytes) -> None:
    datagram = bytearray(bytes(_request(PRIORITY=1, ICE_CONTROLLING=1)))
    datagram[position : position + len(damage)] = damage
    try:
        binding = ice.parse(bytes(datagram))
    except ProtocolError:
        return
    binding.is_authentic(_OURS)


def test_credentials_are_never_the_same() -> None:
    assert len({ice.fresh_credentials() for _ in range(100)}) == 100
