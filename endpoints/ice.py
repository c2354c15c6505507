"""ICE of a controlling agent towards an ICE-lite server (RFC 8445): the binding requests and their answers as bytes."""

import struct

from aioice import stun

from endpoints.sdp import Answer, Credentials

PRIORITY = (110 << 24) | (65535 << 8) | 255  # peer-reflexive, RFC 8445 section 5.1.2.1


def request(transaction: bytes, answer: Answer, ours: Credentials, *, tie_breaker: int, nominate: bool) -> bytes:
    """Build a connectivity check (RFC 8445, section 7.2.2); `nominate` says that this is the pair we use."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, transaction_id=transaction)
    message.attributes["USERNAME"] = f"{answer.ufrag}:{ours.ufrag}"
    message.attributes["PRIORITY"] = PRIORITY
    message.attributes["ICE-CONTROLLING"] = tie_breaker
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(answer.password.encode())
    return bytes(message)


def answered(datagram: bytes, password: str) -> bytes | None:
    """Return the transaction a genuine success response answers; None for anything else."""
    try:
        message = stun.parse_message(datagram)
    except (ValueError, struct.error):
        return None
    if message.message_class != stun.Class.RESPONSE or not message.check_message_integrity(password.encode()):
        return None
    return message.transaction_id


def answer(datagram: bytes, password: str, server: tuple[str, int]) -> bytes | None:
    """Answer a genuine check of the server, which wants to know whether we really are here (RFC 8445, section 7.3).

    None for anything else; `server` is where it came from, `password` our own.
    """
    try:
        message = stun.parse_message(datagram)
    except (ValueError, struct.error):
        return None
    if message.message_class != stun.Class.REQUEST or not message.check_message_integrity(password.encode()):
        return None
    reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=message.transaction_id)
    reply.attributes["XOR-MAPPED-ADDRESS"] = server
    reply.add_message_integrity(password.encode())
    return bytes(reply)
