import struct

from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from endpoints import ice
from endpoints.sdp import Answer, Credentials

OURS = Credentials("ours", "a-password-of-our-own-xx")
THEIRS = Answer("theirs", "a-password-of-their-own", (), "passive", (("192.0.2.1", 7000),), ())
TRANSACTION = bytes(range(12))


def response(transaction: bytes, password: str, kind: stun.Class = stun.Class.RESPONSE) -> bytes:
    message = stun.Message(stun.Method.BINDING, kind, transaction_id=transaction)
    message.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.9", 1234)
    message.add_message_integrity(password.encode())
    return bytes(message)


def test_request_is_one_the_server_accepts() -> None:
    message = stun.parse_message(ice.request(TRANSACTION, THEIRS, OURS, tie_breaker=5, nominate=True))

    assert message.check_message_integrity(b"a-password-of-their-own")
    assert message.transaction_id == TRANSACTION
    assert message.attributes["USERNAME"] == "theirs:ours"
    assert message.attributes["ICE-CONTROLLING"] == 5
    assert {"USE-CANDIDATE", "PRIORITY", "FINGERPRINT"} <= set(message.attributes)


def test_request_without_nomination_does_not_use_the_candidate() -> None:
    message = stun.parse_message(ice.request(TRANSACTION, THEIRS, OURS, tie_breaker=5, nominate=False))

    assert "USE-CANDIDATE" not in message.attributes


def test_answered_tells_which_request_a_genuine_response_is_for() -> None:
    assert ice.answered(response(TRANSACTION, THEIRS.password), THEIRS.password) == TRANSACTION


def test_answered_ignores_forgeries_errors_and_garbage() -> None:
    assert ice.answered(response(TRANSACTION, "another-password"), THEIRS.password) is None
    assert ice.answered(response(TRANSACTION, THEIRS.password, stun.Class.ERROR), THEIRS.password) is None
    assert ice.answered(b"\x01\x01garbage", THEIRS.password) is None


@given(st.binary(max_size=60))
def test_answered_survives_anything_that_looks_like_stun(rest: bytes) -> None:
    head = struct.pack("!HHI", 0x0101, len(rest), stun.COOKIE) + TRANSACTION

    assert ice.answered(head + rest, THEIRS.password) is None
