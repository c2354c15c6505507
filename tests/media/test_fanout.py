"""Fan-out: every receiver gets the very packets, protected with its own key, whatever its profile."""

import secrets
from collections.abc import Callable

import pylibsrtp
import pytest
from pylibsrtp import Policy, Session

from server.media.sfu.fanout import Target, by_overhead, fan_out
from server.media.sfu.ice import Address
from server.media.sfu.runs import LONGEST
from server.media.sfu.srtp import MAX_PACKET, Context, SrtpError, side_by_side

AES_256 = (b"SRTP_AEAD_AES_256_GCM", Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44)
AES_128 = (b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28)
SHA_1 = (b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30)
PROFILES = (AES_256, AES_128, SHA_1)


class Sent:
    """A port whose datagrams are kept."""

    def __init__(self) -> None:
        self.unsent = 0
        self.datagrams: dict[Address, list[bytes]] = {}

    def transmitter(self, datagrams: memoryview, size: int) -> Callable[[Address], None]:
        def transmit(address: Address) -> None:
            parts = [datagrams[start : start + size].tobytes() for start in range(0, len(datagrams), size)]
            self.datagrams.setdefault(address, []).extend(parts)

        return transmit

    def after_reading(self, work: Callable[[], None]) -> None:
        work()


class Receiver:
    """One end of a path, with the key of what it receives."""

    def __init__(self, profile: tuple[bytes, int, int], number: int = 0) -> None:
        name, number_of_profile, size = profile
        self._key = secrets.token_bytes(size)
        self._profile = number_of_profile
        session = self._session(Policy.SSRC_ANY_OUTBOUND)
        self.context = Context(session, name)
        self.address = ("192.0.2.1", number)
        self.unprotect = self._session(Policy.SSRC_ANY_INBOUND).unprotect

    @property
    def target(self) -> Target:
        return self.context, self.address

    def _session(self, direction: int) -> Session:
        return Session(Policy(key=self._key, ssrc_type=direction, srtp_profile=self._profile))


def packet(sequence: int, size: int) -> bytes:
    return bytes.fromhex("8060") + sequence.to_bytes(2) + bytes(7) + b"\x07" + secrets.token_bytes(size - 12)


def test_every_receiver_gets_a_run_with_its_own_key_and_profile() -> None:
    receivers = [Receiver(profile, number) for number, profile in enumerate(PROFILES * 2)]
    run, sent = [packet(1, 1112), packet(2, 1112), packet(3, 60)], Sent()

    fan_out(run, by_overhead(receiver.target for receiver in receivers), sent)

    for receiver in receivers:
        assert [receiver.unprotect(datagram) for datagram in sent.datagrams[receiver.address]] == run
    assert sent.unsent == 0


@pytest.mark.parametrize("profile", PROFILES)
def test_the_longest_run_of_the_longest_packets_is_protected_whole(profile: tuple[bytes, int, int]) -> None:
    receiver, sent = Receiver(profile), Sent()
    run = [packet(number, MAX_PACKET) for number in range(1, LONGEST + 1)]

    fan_out(run, by_overhead([receiver.target]), sent)

    assert [receiver.unprotect(datagram) for datagram in sent.datagrams[receiver.address]] == run


def test_what_cannot_be_protected_is_not_sent_but_counted() -> None:
    broken, sound, sent = Receiver(AES_256, 1), Receiver(AES_256, 2), Sent()
    fan_out([packet(0x4000, 50)], by_overhead([broken.target]), sent)
    sent.datagrams.clear()  # numbers far below those already used are refused from now on

    fan_out([packet(1, 50), packet(2, 50)], by_overhead([broken.target, sound.target]), sent)

    assert (list(sent.datagrams), sent.unsent) == ([sound.address], 2)


@pytest.mark.parametrize("run", [[packet(1, MAX_PACKET + 1)], [packet(1, 50)] * (LONGEST + 1)])
def test_a_run_that_is_too_long_for_the_memory_is_refused(run: list[bytes]) -> None:
    with pytest.raises(SrtpError):
        side_by_side(run, 16)


@pytest.mark.parametrize("profile", PROFILES)
def test_one_packet_is_protected_alone(profile: tuple[bytes, int, int]) -> None:
    receiver, plain = Receiver(profile), packet(1, 1000)
    assert receiver.unprotect(receiver.context.protect(plain)) == plain
    receiver.context.protect(packet(0x4000, 50))
    with pytest.raises(SrtpError):
        receiver.context.protect(plain)  # too old by now


@pytest.mark.parametrize("name", ["_srtp"])
def test_pylibsrtp_still_has(name: str) -> None:
    assert hasattr(pylibsrtp.Session(), name)
