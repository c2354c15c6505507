import asyncio
import socket
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription

from endpoints import chair as chair_module
from endpoints import participant as participant_module
from endpoints import site as site_module
from endpoints.api import Api, Invitation, Refused
from endpoints.chair import Pace
from endpoints.simulation import Simulation, Wishes, open_session
from endpoints.site import Habits
from server.serve import running
from server.settings import Settings
from tests.endpoints.hall import Hall, eventually, free_port, heard, live_briefing, pictures, simulated
from tests.media.peers import Picture, Sound
from tests.service import secret_of, site

QUIET = Habits(raises_hand=False)
VOICE, NOTHING = 45, 127  # -dBov
ASIDE = 1.0  # seconds: what is four for people


def everybody_up(simulation: Simulation) -> bool:
    hub = simulation.hub is not None and simulation.hub.connected and simulation.hub.view.publishing
    return simulation.up == len(simulation.wanted) and hub == len(simulation.wanted)


async def test_ten_sites_come_in_check_in_and_receive_the_hub_on_the_stage(tmp_path: Path, clips_dir: Path) -> None:
    wishes = Wishes(chair=False, habits=QUIET, clips=clips_dir)
    async with live_briefing(tmp_path, 10) as hall, simulated(hall.credentials, wishes) as simulation:
        await eventually(lambda: everybody_up(simulation))
        await eventually(lambda: all(pictures(one, "stage") > 10 for one in simulation.sites))
        await eventually(lambda: all(heard(one, "stage") < VOICE for one in simulation.sites))

        counts = (await hall.status())["counts"]

        assert (counts["present"], counts["checked_in"], counts["publishing"]) == (10, 10, 10)
        assert counts["headcount"] >= 40
        assert {one.participant.received.strangers for one in simulation.sites} == {0}
        assert "10 up, 10 receiving the stage" in simulation.summary()


async def test_who_has_the_floor_is_seen_and_heard_by_the_others_in_full(tmp_path: Path, clips_dir: Path) -> None:
    wishes = Wishes(chair=False, habits=QUIET, clips=clips_dir)
    async with live_briefing(tmp_path, 4) as hall, simulated(hall.credentials, wishes) as simulation:
        await eventually(lambda: everybody_up(simulation))
        holder, *others = sorted(simulation.sites, key=lambda one: one.place.code)
        await eventually(lambda: all(heard(one, "stage") < VOICE for one in simulation.sites))

        await hall.floor("grant", holder.place.code)
        await eventually(lambda: holder.participant.speaking)
        await asyncio.sleep(0.5)  # what was on its way has arrived
        for one in simulation.sites:
            one.participant.received.quieten()

        await eventually(lambda: all(heard(one, "stage") < VOICE for one in others))
        publication = holder.participant.publication
        assert publication is not None
        await eventually(lambda: publication.estimate >= 500_000)
        assert {heard(one, "hub") for one in others} == {NOTHING}
        assert heard(holder, "stage") == NOTHING


async def test_sites_that_talk_without_the_floor_reach_nobody(tmp_path: Path, clips_dir: Path) -> None:
    wishes = Wishes(chair=False, habits=Habits(raises_hand=False, always_talks=True), clips=clips_dir, hub_talks=False)
    async with live_briefing(tmp_path, 3) as hall, simulated(hall.credentials, wishes) as simulation:
        await eventually(lambda: everybody_up(simulation))
        talker = simulation.sites[0]
        await hall.floor("grant", talker.place.code)
        await eventually(lambda: all(heard(one, "stage") < VOICE for one in simulation.sites[1:]))

        await hall.floor("revoke", talker.place.code)
        await asyncio.sleep(0.5)
        for one in simulation.sites:
            one.participant.received.quieten()
        counted = {one.place.code: pictures(one, "stage") for one in simulation.sites}
        await eventually(lambda: all(pictures(one, "stage") > counted[one.place.code] + 10 for one in simulation.sites))

        assert talker.participant.speaking
        assert {one.place.code: heard(one, "stage") for one in simulation.sites} == dict.fromkeys(hall.codes, NOTHING)


async def test_the_scripted_chair_gives_the_floor_round_and_steps_back_for_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chair_module, "LOOK_EVERY", 0.1)
    pace = Pace(turn=(0.3, 0.3), pause=(0.1, 0.1))
    wishes = Wishes(media=False, habits=QUIET, pace=pace)
    async with live_briefing(tmp_path, 3) as hall, simulated(hall.credentials, wishes) as simulation:
        await eventually(lambda: simulation.up == 3)
        for one in simulation.sites:
            await one.participant.api.raise_hand("Người phát biểu", "Báo cáo")
        chair = simulation.chair
        assert chair is not None
        await eventually(lambda: chair.view.speaking is None and not chair.view.queue and chair.moves >= 6)
        made = chair.moves

        await hall.floor("grant", hall.codes[0])
        await eventually(lambda: chair.stepped_back == 1)
        turns = (await hall.service.call("GET", f"{hall.path}/turns", "chair")).body["turns"]

        assert [turn["endpoint"] for turn in turns][:3] == [one.place.code for one in simulation.sites]
        assert {turn["reason"] for turn in turns[:3]} == {"released"}
        assert chair.moves == made


async def test_sites_are_back_within_ten_seconds_of_a_restart(tmp_path: Path, clips_dir: Path) -> None:
    ports = {"port": free_port(socket.SOCK_STREAM), "media_port": free_port(socket.SOCK_DGRAM)}
    wishes = Wishes(chair=False, habits=QUIET, clips=clips_dir)
    async with AsyncExitStack() as stack:
        async with live_briefing(tmp_path, 5, **ports) as hall:
            simulation = await stack.enter_async_context(simulated(hall.credentials, wishes))
            await eventually(lambda: everybody_up(simulation))
        await eventually(lambda: simulation.up == 0)

        async with running(Settings.model_validate({"data_dir": tmp_path, **ports})):
            await eventually(lambda: everybody_up(simulation), within=10)
            await eventually(lambda: all(pictures(one, "stage") > 5 for one in simulation.sites), within=10)
        connections = [one.participant.stream.connections for one in simulation.sites]

    assert connections == [2] * 5


async def test_a_site_leaves_its_place_to_a_person_and_takes_it_back_later(
    tmp_path: Path, clips_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participant_module, "ASIDE", ASIDE)
    wishes = Wishes(chair=False, habits=QUIET, clips=clips_dir)
    async with live_briefing(tmp_path, 2) as hall, simulated(hall.credentials, wishes) as simulation:
        await eventually(lambda: everybody_up(simulation))
        participant = simulation.sites[0].participant
        person = RTCPeerConnection()
        person.addTrack(Sound())
        person.addTrack(Picture(128))
        try:
            await publish(hall, person, participant.source)
            await eventually(lambda: participant.publication is None)
            await asyncio.sleep(ASIDE + 2)  # the length of the watch: it would have come back by now
            aside = participant.publication is None and participant.source in participant.view.sending
        finally:
            await person.close()

        await eventually(lambda: participant.publication is not None, within=20)

    assert aside


async def publish(hall: Hall, person: RTCPeerConnection, code: str) -> None:
    """Publish a person's tracks as a site, by WHIP."""
    await person.setLocalDescription(await person.createOffer())
    headers = {**hall.service.bearer(site(hall.path, code)), "Content-Type": "application/sdp"}
    address = f"/whip/{hall.path.rpartition('/')[2]}"
    async with hall.service.http.post(address, data=person.localDescription.sdp, headers=headers) as response:
        assert response.status == 201, await response.text()
        await person.setRemoteDescription(RTCSessionDescription(await response.text(), "answer"))


async def test_a_join_link_is_all_a_site_needs(tmp_path: Path) -> None:
    async with live_briefing(tmp_path, 1) as hall, open_session() as session:
        secret = secret_of(site(hall.path, "01"))

        invitation, me = await Invitation.from_join_url(session, f"{hall.service.url}/join/{secret}")

        assert invitation == Invitation(hall.service.url, secret, hall.path.rpartition("/")[2])
        assert (me["endpoint"], me["endpoint_name"]) == ("01", "Hà Nội")


async def test_a_refusal_carries_its_code(tmp_path: Path) -> None:
    async with live_briefing(tmp_path, 1) as hall, aiohttp.ClientSession() as session:
        api = Api(session, Invitation(hall.service.url, secret_of("chair"), hall.path.rpartition("/")[2]))

        with pytest.raises(Refused) as refused:
            await api.floor("grant", "01")

        assert (refused.value.status, refused.value.code) == (409, "not_waiting")


async def test_sites_raise_their_hands_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_module, "HAND_EVERY", 0.05)
    monkeypatch.setattr(site_module, "MOST_WAITING", 2)
    async with (
        live_briefing(tmp_path, 5) as hall,
        simulated(hall.credentials, Wishes(media=False, chair=False)) as simulation,
    ):
        await eventually(lambda: simulation.up == 5)
        view = simulation.sites[0].participant
        await eventually(lambda: len(view.view.queue) >= 2)

        queue = (await hall.status())["floor"]["queue"]

    assert len({one["endpoint"] for one in queue}) == len(queue)
    assert all(one["speaker"] and one["topic"] for one in queue)


async def test_media_ends_with_the_briefing_and_no_site_comes_back(tmp_path: Path, clips_dir: Path) -> None:
    wishes = Wishes(chair=False, habits=QUIET, clips=clips_dir)
    async with live_briefing(tmp_path, 2) as hall, simulated(hall.credentials, wishes) as simulation:
        await eventually(lambda: everybody_up(simulation))

        assert (await hall.service.call("POST", f"{hall.path}/close", "chair")).status == 200

        everybody = [one.participant for one in simulation.sites]
        await eventually(lambda: {one.view.state for one in everybody} == {"closed"})
        await eventually(lambda: {(one.publication, one.subscription) for one in everybody} == {(None, None)})
