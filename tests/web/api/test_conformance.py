"""WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep-04) rule by rule; each test names the section it holds us to."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from server.media.sfu.ice import fresh_credentials
from tests.media.wire import offer
from tests.service import Answer, Service, read, service, site

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
RELAYS = ("turn:relay.example:3478?transport=udp", "turns:relay.example:443?transport=tcp")
SHARED = "a secret that the relay knows too"


@dataclass(frozen=True)
class Session:
    """A media session of site 38, and what its owner knows of it."""

    answer: Answer
    offer: str

    @property
    def location(self) -> str:
        return self.answer.headers["Location"]

    @property
    def etag(self) -> str:
        return self.answer.headers["ETag"]

    def fragment(self, *, ufrag: str = "", pwd: str = "") -> str:
        """Write a fragment with a candidate, for the credentials of the offer or new ones."""
        ufrag = ufrag or re.findall(r"a=ice-ufrag:(\S+)", self.offer)[0]
        pwd = pwd or re.findall(r"a=ice-pwd:(\S+)", self.offer)[0]
        candidate = "a=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host"
        return (
            f"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:{pwd}\r\n{candidate}\r\n"
        )


class House:
    """A service with a live briefing, spoken to as site 38 speaks."""

    def __init__(self, served: Service, path: str) -> None:
        self._served = served
        self.who = site(path, "38")
        self.whip, self.whep = (f"/{kind}/{path.rsplit('/', 1)[1]}" for kind in ("whip", "whep"))

    async def call(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """Make a request as the site; an empty header is left out."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in {**self._served.bearer(self.who), **named}.items() if value}
        async with self._served.http.request(method, path, data=body or None, headers=sent) as answer:
            return await read(answer)

    async def session(self, kind: str = "whip") -> Session:
        """Publish, or with "whep" watch."""
        text = offer("sendonly" if kind == "whip" else "recvonly", fresh_credentials())
        created = await self.call("POST", getattr(self, kind), text, Content_Type=SDP)
        assert created.status == 201, created.text
        return Session(created, text)

    async def patch(self, session: Session, body: str, *, if_match: str = "", media_type: str = FRAGMENT) -> Answer:
        return await self.call("PATCH", session.location, body, If_Match=if_match, Content_Type=media_type)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with service(tmp_path, turn_urls=RELAYS, turn_secret=SHARED, turn_hours=1) as served:
        yield House(served, await served.briefing())


@pytest.fixture(params=["whip", "whep"])
def kind(request: pytest.FixtureRequest) -> str:
    """What both protocols ask for is asked of both."""
    return str(request.param)


def is_problem(answer: Answer, status: int, code: str) -> bool:
    """RFC 9725, section 4.1: finer-grained error information may be a problem document (RFC 9457)."""
    kinds = (answer.status, answer.headers["Content-Type"], answer.code)
    return kinds == (status, "application/problem+json", code)


async def test_4_1_get_is_answered_without_content(house: House, kind: str) -> None:
    session = await house.session(kind)
    for path in (getattr(house, kind), session.location):
        for method in ("GET", "HEAD"):
            answer = await house.call(method, path)
            assert (answer.status // 100, answer.text) == (2, "")


async def test_whep_4_2_head_shows_an_endpoint(house: House) -> None:
    answer = await house.call("HEAD", house.whep)
    assert (answer.status, answer.headers["Content-Type"]) == (200, SDP)


async def test_4_2_an_offer_is_answered_201_with_the_session(house: House, kind: str) -> None:
    created = (await house.session(kind)).answer
    assert created.headers["Content-Type"].partition(";")[0] == SDP
    assert created.headers["Location"].startswith("/media/")
    assert created.text.startswith("v=0")


async def test_4_2_an_answer_has_one_direction(house: House, kind: str) -> None:
    answer = (await house.session(kind)).answer.text
    wanted = {"whip": "recvonly", "whep": "sendonly"}[kind]
    assert set(re.findall(r"a=(sendonly|recvonly|sendrecv|inactive)", answer)) == {wanted}


@pytest.mark.parametrize("direction", ["recvonly", "inactive"])
async def test_4_2_a_publisher_that_does_not_send_is_refused(house: House, direction: str) -> None:
    text = offer(direction, fresh_credentials())
    assert is_problem(await house.call("POST", house.whip, text, Content_Type=SDP), 422, "bad_offer")


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
async def test_whep_4_2_5_a_player_that_does_not_receive_is_refused(house: House, direction: str) -> None:
    text = offer(direction, fresh_credentials())
    assert is_problem(await house.call("POST", house.whep, text, Content_Type=SDP), 422, "bad_offer")


async def test_4_2_another_type_is_refused(house: House, kind: str) -> None:
    text = offer("sendonly", fresh_credentials())
    refused = await house.call("POST", getattr(house, kind), text, Content_Type="application/json")
    assert is_problem(refused, 415, "unsupported_media_type")
    assert refused.headers["Accept"] == SDP  # RFC 9110, section 15.5.16


async def test_4_2_a_malformed_offer_is_refused(house: House, kind: str) -> None:
    refused = await house.call("POST", getattr(house, kind), "v=0\r\nnonsense\r\n", Content_Type=SDP)
    assert is_problem(refused, 422, "bad_offer")


async def test_an_offer_without_end_is_refused(house: House, kind: str) -> None:
    refused = await house.call("POST", getattr(house, kind), "a=x\r\n" * 20_000, Content_Type=SDP)
    assert is_problem(refused, 413, "too_large")


async def test_4_2_delete_ends_a_session(house: House, kind: str) -> None:
    session = await house.session(kind)
    assert (await house.call("DELETE", session.location)).status == 200
    for method in ("GET", "DELETE"):
        assert is_problem(await house.call(method, session.location), 404, "unknown_media") or method == "GET"
    assert (await house.patch(session, session.fragment(), if_match="*")).status == 404


async def test_4_2_other_methods_are_refused_and_the_right_ones_named(house: House, kind: str) -> None:
    session = await house.session(kind)
    for path, allowed in (
        (getattr(house, kind), {"GET", "HEAD", "OPTIONS", "POST"}),
        (session.location, {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH"}),
    ):
        for method in {"DELETE", "PATCH", "POST", "PUT"} - allowed:
            refused = await house.call(method, path, "x", Content_Type=SDP)
            assert is_problem(refused, 405, "method_not_allowed")
            assert set(re.split(r",\s*", refused.headers["Allow"])) == allowed


async def test_4_2_options_say_what_is_taken(house: House, kind: str) -> None:
    answer = await house.call("OPTIONS", getattr(house, kind))
    assert (answer.status, answer.headers["Accept-Post"]) == (200, SDP)
    session = await house.session(kind)
    answer = await house.call("OPTIONS", session.location)
    assert (answer.status, answer.headers["Accept-Patch"]) == (200, FRAGMENT)
    assert session.answer.headers["Accept-Patch"] == FRAGMENT  # RFC 5789, section 3.1


async def test_4_2_pages_of_other_sites_may_ask_by_cors(house: House, kind: str) -> None:
    elsewhere = {"Origin": "https://player.example", "Authorization": ""}
    asking = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "authorization,content-type"}
    preflight = await house.call("OPTIONS", getattr(house, kind), **elsewhere, **asking)
    assert preflight.status == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in preflight.headers
    assert {"POST", "PATCH", "DELETE"} <= set(preflight.headers["Access-Control-Allow-Methods"].split(", "))
    assert {"Authorization", "Content-Type", "If-Match"} <= set(
        preflight.headers["Access-Control-Allow-Headers"].split(", ")
    )
    text = offer({"whip": "sendonly", "whep": "recvonly"}[kind], fresh_credentials())
    foreign = {"Origin": "https://player.example", "Sec_Fetch_Site": "cross-site", "Content_Type": SDP}
    created = await house.call("POST", getattr(house, kind), text, **foreign)
    assert (created.status, created.headers["Access-Control-Allow-Origin"]) == (201, "*")
    assert {"Location", "ETag", "Link"} <= set(created.headers["Access-Control-Expose-Headers"].split(", "))


async def test_4_3_1_another_type_of_patch_is_refused(house: House, kind: str) -> None:
    session = await house.session(kind)
    refused = await house.patch(session, session.fragment(), if_match="*", media_type="text/plain")
    assert is_problem(refused, 415, "unsupported_media_type")


async def test_4_3_1_a_malformed_fragment_is_refused(house: House, kind: str) -> None:
    session = await house.session(kind)
    assert is_problem(await house.patch(session, "nonsense", if_match="*"), 422, "bad_fragment")


async def test_4_3_1_a_session_is_named_by_a_strong_entity_tag(house: House, kind: str) -> None:
    first, second = await house.session(kind), await house.session(kind)
    assert re.fullmatch(r'"[!#-~]+"', first.etag)
    assert first.etag != second.etag


async def test_4_3_1_a_patch_without_a_condition_is_428(house: House, kind: str) -> None:
    session = await house.session(kind)
    assert is_problem(await house.patch(session, session.fragment()), 428, "condition_missing")


async def test_4_3_1_a_patch_of_another_ice_session_is_412(house: House, kind: str) -> None:
    session = await house.session(kind)
    for tag in ('"another"', f"W/{session.etag}"):
        refused = await house.patch(session, session.fragment(), if_match=tag)
        assert is_problem(refused, 412, "stale_media")


async def test_4_3_1_an_entity_tag_is_ignored_by_delete(house: House, kind: str) -> None:
    session = await house.session(kind)
    assert (await house.call("DELETE", session.location, If_Match='"another"')).status == 200


async def test_4_3_2_trickled_candidates_are_204_without_a_tag(house: House, kind: str) -> None:
    session = await house.session(kind)
    taken = await house.patch(session, session.fragment(), if_match=session.etag)
    assert (taken.status, taken.text) == (204, "")
    assert "ETag" not in taken.headers


async def test_4_3_2_unusable_candidates_are_dropped_without_a_word(house: House, kind: str) -> None:
    session = await house.session(kind)
    odd = "a=candidate:2 1 tcp 1 no-such-host.invalid 9 typ host tcptype active\r\na=end-of-candidates\r\n"
    assert (await house.patch(session, session.fragment() + odd, if_match=session.etag)).status == 204


async def test_4_3_2_the_answer_has_every_candidate(house: House, kind: str) -> None:
    answer = (await house.session(kind)).answer.text
    for part in answer.split("m=")[1:]:
        assert "a=candidate:" in part
        assert "a=end-of-candidates" in part


async def test_4_3_3_new_credentials_restart_ice(house: House, kind: str) -> None:
    session = await house.session(kind)
    renewed = await house.patch(session, session.fragment(ufrag="renewed1", pwd="r" * 24), if_match="*")
    assert (renewed.status, renewed.headers["Content-Type"].partition(";")[0]) == (200, FRAGMENT)
    assert renewed.headers["ETag"] not in ("", session.etag)
    ours = re.findall(r"a=ice-(ufrag|pwd):(\S+)", renewed.text)
    assert [name for name, _ in ours] == ["ufrag", "pwd"]
    assert not any(value in session.answer.text for _, value in ours)
    assert "a=candidate:" in renewed.text
    late = await house.patch(session, session.fragment(ufrag="renewed1", pwd="r" * 24), if_match=session.etag)
    assert is_problem(late, 412, "stale_media")
    again = await house.patch(session, session.fragment(ufrag="renewed2", pwd="s" * 24), if_match="*")
    assert (again.status, again.headers["ETag"] != renewed.headers["ETag"]) == (200, True)


async def test_4_3_3_the_same_ice_attributes_stand_in_both_answers(house: House, kind: str) -> None:
    session = await house.session(kind)
    renewed = await house.patch(session, session.fragment(ufrag="renewed1", pwd="r" * 24), if_match="*")
    for attribute in ("a=ice-lite", "a=ice-options:trickle ice2"):
        assert attribute in session.answer.text.splitlines()
        assert attribute in renewed.text.splitlines()


async def test_4_3_3_a_restart_that_cannot_be_ends_nothing(house: House, kind: str) -> None:
    session = await house.session(kind)
    assert (await house.patch(session, session.fragment(ufrag="renewed1"), if_match="*")).status == 422
    assert (await house.patch(session, session.fragment(), if_match=session.etag)).status == 204


async def test_4_4_1_media_are_bundled_and_rtcp_is_multiplexed(house: House, kind: str) -> None:
    session = await house.session(kind)
    for part in session.answer.text.split("m=")[1:]:
        assert {"a=rtcp-mux", "a=rtcp-mux-only"} <= set(part.splitlines())
    for missing in ("a=group:BUNDLE 0 1\r\n", "a=rtcp-mux\r\n"):
        refused = await house.call("POST", getattr(house, kind), session.offer.replace(missing, ""), Content_Type=SDP)
        assert is_problem(refused, 422, "bad_offer")


async def test_4_4_2_a_publisher_has_one_track_of_a_kind(house: House) -> None:
    refused = await house.call("POST", house.whip, offer("sendonly", fresh_credentials(), pairs=2), Content_Type=SDP)
    assert is_problem(refused, 422, "bad_offer")


async def test_4_4_3_an_offer_is_taken_whole_or_not_at_all(house: House) -> None:
    text = offer("sendonly", fresh_credentials()).replace("H264/90000", "AV1/90000").replace("VP8/90000", "VP9/90000")
    assert is_problem(await house.call("POST", house.whip, text, Content_Type=SDP), 422, "bad_offer")


async def test_4_4_4_the_dtls_role_follows_the_offer(house: House, kind: str) -> None:
    session = await house.session(kind)
    assert "a=setup:passive" in session.answer.text  # the offer was active
    for offered, answered in (("actpass", "passive"), ("passive", "active")):
        text = session.offer.replace("a=setup:active", f"a=setup:{offered}")
        created = await house.call("POST", getattr(house, kind), text, Content_Type=SDP)
        assert f"a=setup:{answered}" in created.text


async def test_4_6_relays_are_told_with_credentials_that_end(house: House, kind: str) -> None:
    created = (await house.session(kind)).answer
    asked = await house.call("OPTIONS", getattr(house, kind))
    for answer in (created, asked):
        links = answer.headers.getall("Link")
        assert [re.match("<([^>]*)>", link)[1] for link in links] == list(RELAYS)  # type: ignore[index]
        for link in links:
            attributes = dict(re.findall(r'; ([a-z-]+)="([^"]*)"', link))
            assert (attributes["rel"], attributes["credential-type"]) == ("ice-server", "password")
            until, _, name = attributes["username"].partition(":")
            assert (0 < int(until) - time.time() <= 3600, name) == (True, "site-38")
            secret = hmac.new(SHARED.encode(), attributes["username"].encode(), hashlib.sha1).digest()
            assert attributes["credential"] == base64.b64encode(secret).decode()


async def test_4_6_relays_are_told_neither_to_strangers_nor_in_a_preflight(house: House, kind: str) -> None:
    path = getattr(house, kind)
    stranger = await house.call("OPTIONS", path, Authorization="")
    unknown = await house.call("OPTIONS", path, Authorization=f"Bearer {'x' * 43}")
    preflight = await house.call("OPTIONS", path, Access_Control_Request_Method="POST", Origin="https://p.example")
    assert ["Link" in answer.headers for answer in (stranger, unknown, preflight)] == [False] * 3
    assert [answer.status for answer in (stranger, unknown, preflight)] == [200] * 3


async def test_4_7_without_a_token_nothing_is_taken(house: House, kind: str) -> None:
    session = await house.session(kind)
    for method, path in (("POST", getattr(house, kind)), ("PATCH", session.location), ("DELETE", session.location)):
        refused = await house.call(method, path, "x", Content_Type=SDP, Authorization="")
        assert is_problem(refused, 401, "unauthenticated")
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")


async def test_5_a_caller_that_asks_without_end_is_told_to_wait(house: House) -> None:
    session = await house.session()
    answers = [await house.patch(session, session.fragment(), if_match="*") for _ in range(300)]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert is_problem(refused[0], 429, "too_fast")
    assert int(refused[0].headers["Retry-After"]) > 0


async def test_whep_4_2_2_a_player_without_our_codecs_is_made_an_offer(house: House) -> None:
    text = offer("recvonly", fresh_credentials())
    for ours, other in (("opus/48000/2", "PCMU/8000"), ("H264/90000", "AV1/90000"), ("VP8/90000", "VP9/90000")):
        text = text.replace(ours, other)
    countered = await house.call("POST", house.whep, text, Content_Type=SDP)
    assert countered.status == 406
    kind, _, until = countered.headers["Content-Type"].partition("; valid-until=")
    assert (kind, parsedate_to_datetime(until.strip('"')) > datetime.now(UTC)) == (SDP, True)
    assert set(re.findall(r"a=(sendonly|recvonly|sendrecv|inactive)", countered.text)) == {"sendonly"}
    assert countered.text.count("a=setup:actpass") == 2  # RFC 9429, section 5.2.1
    session = Session(countered, text)
    malformed = await house.patch(session, "v=0\r\n", media_type=SDP)
    assert is_problem(malformed, 422, "bad_offer")
    answer = offer("recvonly", fresh_credentials())
    for number in re.findall(r"m=audio \d+ \S+ (\d+)", countered.text):
        assert number == "111"
    taken = await house.patch(session, answer, media_type=SDP)
    assert (taken.status, taken.text) == (204, "")
    renewed = await house.patch(session, session.fragment(ufrag="renewed1", pwd="r" * 24), if_match="*")
    assert renewed.status == 200
    assert is_problem(await house.patch(session, answer, media_type=SDP), 422, "bad_fragment")  # once is enough


async def test_whep_4_2_8_a_player_waits_until_something_is_live(tmp_path: Path) -> None:
    async with service(tmp_path) as served:
        house = House(served, await served.briefing(until="draft"))
        text = offer("recvonly", fresh_credentials())
        refused = await house.call("POST", house.whep, text, Content_Type=SDP)
    assert is_problem(refused, 409, "nothing_live")
    assert int(refused.headers["Retry-After"]) > 0


async def test_4_5_a_full_server_says_when_to_come_again(tmp_path: Path, kind: str) -> None:
    async with service(tmp_path, media_peers=2) as served:
        house = House(served, await served.briefing())
        for _ in range(2):
            await house.session("whep")
        text = offer({"whip": "sendonly", "whep": "recvonly"}[kind], fresh_credentials())
        refused = await house.call("POST", getattr(house, kind), text, Content_Type=SDP)
    assert is_problem(refused, 503, "media_busy")
    assert int(refused.headers["Retry-After"]) > 0
