"""Reminders over HTTP: the house's and a briefing's own, when and to whom they go, and what comes of it by mail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from server.app import ALARM, build
from server.core.contacts import Contact, ContactRole
from server.core.ids import HUB, ContactId, EndpointCode, RosterName
from server.core.people import Role
from server.settings import Settings
from server.store import contacts
from server.store.tables import MailRow
from server.web.keys import DATABASE
from tests.databases import lay_out
from tests.web.support import Client, Clock, Planned, answer, bearer, plan, signed_in
from tests.web.test_problems import check_problem

MAIL: dict[str, object] = {"mail_from": "vanphong@example.vn", "base_url": "http://giaoban.example.vn"}


@pytest.fixture
def mail() -> dict[str, object]:
    """The settings about mail: there is an address, and no server."""
    return MAIL


@pytest.fixture
def settings(tmp_path: Path, mail: dict[str, object]) -> Settings:
    lay_out(tmp_path)
    given = {"data_dir": tmp_path, "media_port": 0, "media_processes": 0, "log_level": "error", **mail}
    return Settings.model_validate(given)


@pytest.fixture
def organizer(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ORGANIZER])


def contact(endpoint: str, name: str, *roles: ContactRole, language: str = "vi") -> Contact:
    address = f"{name.lower()}@{endpoint}.example.vn"
    where = EndpointCode(endpoint)
    return Contact(ContactId(address), RosterName("63"), where, name, "", address, "", roles, language)


LIAISON, TECHNICIAN = ContactRole.LIAISON, ContactRole.TECHNICIAN


async def know(client: Client, *known: Contact) -> None:
    async with client.app[DATABASE].begin() as session:
        await contacts.add(session, *known)


async def announced(client: Client, organizer: dict[str, str], clock: Clock, **before: float) -> Planned:
    """Publish a briefing of two sites that begins so much later than now, and make its links."""
    made = await plan(client, organizer["Authorization"].removeprefix("Bearer "), clock)
    starts_at = clock() + timedelta(**before)
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=2)).isoformat()}
    await answer(await client.patch(made.path, json=times, headers=organizer))
    await answer(await client.post(f"{made.path}/schedule", headers=organizer))
    return made


async def shown(client: Client, organizer: dict[str, str], planned: Planned) -> dict[str, Any]:
    found: dict[str, Any] = await answer(await client.get(f"{planned.path}/reminders", headers=organizer))
    return found


async def mails(client: Client) -> list[MailRow]:
    async with client.app[DATABASE].read() as session:
        return list(await session.scalars(select(MailRow)))


def text_of(row: MailRow) -> str:
    return str(message_from_bytes(row.message, policy=default).get_content())


def rule(count: int, unit: str, *addressees: str, on: bool = True) -> dict[str, Any]:
    return {"count": count, "unit": unit, "addressees": list(addressees), "on": on}


async def test_house_rules_are_set_whole_and_kept_in_order(client: Client, organizer: dict[str, str]) -> None:
    sent = [rule(15, "minutes", "technician"), rule(2, "working_days", "organizer", "liaison", on=False)]

    changed = await answer(await client.put("/api/v1/reminders", json={"rules": sent}, headers=organizer))

    kept = [rule(2, "working_days", "liaison", "organizer", on=False), rule(15, "minutes", "technician")]
    assert changed == {"rules": kept}
    assert await answer(await client.get("/api/v1/reminders", headers=organizer)) == {"rules": kept}


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([rule(3, "minutes", "liaison")], "bad_lead_time"),
        ([rule(3, "days")], "nobody_to_remind"),
        ([rule(3, "days", "liaison"), rule(3, "days", "clerk")], "same_reminder_twice"),
        ([rule(minutes, "minutes", "clerk") for minutes in range(5, 16)], "too_many_reminders"),
        ([rule(3, "weeks", "liaison")], "invalid_body"),
        ([rule(3, "days", "everybody")], "invalid_body"),
    ],
)
async def test_rules_that_cannot_be_kept_are_refused(
    client: Client, organizer: dict[str, str], rules: list[dict[str, Any]], code: str
) -> None:
    await check_problem(await client.put("/api/v1/reminders", json={"rules": rules}, headers=organizer), 422, code)


async def test_briefing_shows_when_each_reminder_goes_out_and_where_nobody_gets_it(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    await know(
        client,
        contact("01", "Lan", LIAISON),
        contact("01", "Minh", TECHNICIAN),
        contact(HUB, "Hoa", TECHNICIAN),
        contact("96", "Nam", LIAISON),
    )
    made = await announced(client, organizer, clock, minutes=30)

    found = await shown(client, organizer, made)

    assert (found["own"], found["writes"]) == (False, True)
    assert [(one["rule"], one["stand"], one["people"], one["unreached"]) for one in found["reminders"]] == [
        ("3-working_days", "past", 2, ["38"]),
        ("1-days", "past", 3, ["38"]),
        ("60-minutes", "past", 3, ["38"]),
        ("15-minutes", "to_come", 3, ["38"]),
    ]
    assert found["reminders"][3]["at"] == (clock() + timedelta(minutes=15)).isoformat().replace("+00:00", "Z")


async def test_own_reminders_leave_the_edition_alone_and_may_be_none(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    made = await announced(client, organizer, clock, days=30)
    path = f"{made.path}/reminders"
    before = await answer(await client.get(made.path, headers=organizer))

    own = await answer(await client.put(path, json={"rules": [rule(2, "days", "liaison")]}, headers=organizer))
    none = await answer(await client.put(path, json={"rules": []}, headers=organizer))
    house = await answer(await client.put(path, json={"rules": None}, headers=organizer))

    assert [(one["own"], [each["rule"] for each in one["reminders"]]) for one in (own, none, house)] == [
        (True, ["2-days"]),
        (True, []),
        (False, ["3-working_days", "1-days", "60-minutes", "15-minutes"]),
    ]
    assert await answer(await client.get(made.path, headers=organizer)) == before


async def test_sent_now_everybody_of_the_role_gets_a_mail_with_the_link_of_the_site(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    await know(client, contact("01", "Lan", LIAISON, language="en"), contact("38", "Minh", TECHNICIAN))
    made = await announced(client, organizer, clock, minutes=90)

    sent = await answer(await client.post(f"{made.path}/reminders/60-minutes/send", headers=organizer))

    assert sent == {"count": 2}
    first, second = sorted(await mails(client), key=lambda row: row.recipient)
    assert (first.recipient, second.recipient) == ("lan@01.example.vn", "minh@38.example.vn")
    assert f"http://giaoban.example.vn/join/{made.links['01']}" in text_of(first)
    assert f"http://giaoban.example.vn/join/{made.links['38']}" in text_of(second)
    assert ("in 90 minutes" in first.subject, "còn 90 phút" in second.subject) == (True, True)
    assert first.until == clock() + timedelta(minutes=30)
    headers = message_from_bytes(first.message, policy=default)
    assert (headers["List-Id"], headers["Auto-Submitted"]) == ("<reminders.example.vn>", "auto-generated")


async def test_sent_again_only_who_has_not_had_it_gets_it(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    await know(client, contact("01", "Lan", LIAISON))
    made = await announced(client, organizer, clock, days=3)
    path = f"{made.path}/reminders/1-days/send"

    first = await answer(await client.post(path, headers=organizer))
    again = await answer(await client.post(path, headers=organizer))
    await know(client, contact("38", "Minh", TECHNICIAN))
    later = await answer(await client.post(path, headers=organizer))

    assert [one["count"] for one in (first, again, later)] == [1, 0, 1]


async def test_organizer_gets_it_where_the_account_says_and_hears_of_the_gaps(client: Client, clock: Clock) -> None:
    cookie = await signed_in(client, Role.ADMIN)
    headers = {**cookie, "Origin": "http://giaoban.example.vn"}
    users = await answer(await client.get("/api/v1/users", headers=headers))
    path = f"/api/v1/users/{users['users'][0]['id']}"
    await answer(await client.patch(path, json={"email": "lan@bo.example.vn"}, headers=headers))
    times = {"starts_at": clock() + timedelta(days=9), "ends_at": clock() + timedelta(days=9, hours=1)}
    body = {"title": "Giao ban", "endpoints": ["01"], **{name: at.isoformat() for name, at in times.items()}}
    made = await answer(await client.post("/api/v1/briefings", json=body, headers=headers), 201)
    briefing = f"/api/v1/briefings/{made['id']}"
    await answer(await client.post(f"{briefing}/schedule", headers=headers))

    sent = await answer(await client.post(f"{briefing}/reminders/3-working_days/send", headers=headers))

    assert sent == {"count": 1}
    [mail] = await mails(client)
    assert mail.recipient == "lan@bo.example.vn"
    assert "Không có người nhận thư nhắc này tại 1 điểm cầu: Hà Nội." in text_of(mail)
    assert f"http://giaoban.example.vn/briefings/{made['id']}" in text_of(mail)


async def test_without_an_account_the_office_gets_the_organizers_reminder(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    made = await announced(client, organizer, clock, days=9)

    await answer(await client.post(f"{made.path}/reminders/3-working_days/send", headers=organizer))

    assert [row.recipient for row in await mails(client)] == ["vanphong@example.vn"]


async def test_sending_what_there_is_not_and_what_is_no_longer_announced_is_refused(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    made = await announced(client, organizer, clock, minutes=90)
    path = f"{made.path}/reminders"

    await check_problem(await client.post(f"{path}/7-days/send", headers=organizer), 404, "no_such_reminder")
    await answer(await client.post(f"{made.path}/cancel", json={"reason": "bão"}, headers=organizer))
    await check_problem(await client.post(f"{path}/60-minutes/send", headers=organizer), 409, "wrong_phase")
    await check_problem(await client.put(path, json={"rules": []}, headers=organizer), 409, "wrong_phase")


@pytest.mark.parametrize("mail", [{}])
async def test_without_a_mail_address_nothing_is_sent_and_it_is_said(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    made = await announced(client, organizer, clock, minutes=90)

    assert (await shown(client, organizer, made))["writes"] is False
    refused = await client.post(f"{made.path}/reminders/60-minutes/send", headers=organizer)
    await check_problem(refused, 409, "no_mail_address")


async def test_moved_briefing_takes_back_what_has_not_left_and_reminds_of_its_new_time(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    await know(client, contact("01", "Lan", LIAISON))
    made = await announced(client, organizer, clock, minutes=90)
    path = f"{made.path}/reminders/60-minutes/send"
    assert await answer(await client.post(path, headers=organizer)) == {"count": 1}
    times = {"starts_at": clock() + timedelta(hours=3), "ends_at": clock() + timedelta(hours=4)}

    body = {name: at.isoformat() for name, at in times.items()}
    await answer(await client.patch(made.path, json=body, headers=organizer))

    assert await mails(client) == []
    assert await answer(await client.post(path, headers=organizer)) == {"count": 1}


@pytest.mark.parametrize("moves", [["cancel"], ["open", "start"]])
async def test_what_is_cancelled_or_has_begun_takes_back_what_has_not_left(
    client: Client, organizer: dict[str, str], clock: Clock, moves: list[str]
) -> None:
    await know(client, contact("01", "Lan", LIAISON))
    made = await announced(client, organizer, clock, minutes=90)
    await answer(await client.post(f"{made.path}/reminders/60-minutes/send", headers=organizer))

    for move in moves:
        body: dict[str, str] | None = {} if move == "cancel" else None
        await answer(await client.post(f"{made.path}/{move}", json=body, headers=organizer))

    assert await mails(client) == []


@asynccontextmanager
async def another(settings: Settings, clock: Clock) -> AsyncIterator[web.Application]:
    """Start a service over the same database."""
    app = build(settings, clock=clock)
    async with TestClient(TestServer(app)):
        yield app


def alarms(app: web.Application, made: Planned) -> set[str]:
    """Name the reminders that are still to be sent."""
    prefix = f"{made.id}:remind:"
    return {one.removeprefix(prefix) for one in app[ALARM].alarms if one.startswith(prefix)}


async def test_what_fell_due_while_the_service_was_down_is_sent_once_at_the_start(
    client: Client, organizer: dict[str, str], clock: Clock, settings: Settings
) -> None:
    await know(client, contact("01", "Lan", LIAISON))
    made = await announced(client, organizer, clock, minutes=90)
    clock.pass_(minutes=45)

    async with another(settings, clock):
        while (await shown(client, organizer, made))["reminders"][2]["stand"] != "sent":
            pass
    async with another(settings, clock) as third:
        assert alarms(third, made) == {"15-minutes"}

    [mail] = await mails(client)
    assert mail.subject.startswith("Nhắc họp – còn 45 phút: Giao ban (")


async def test_what_would_mislead_by_now_is_not_sent_at_the_start(
    client: Client, organizer: dict[str, str], clock: Clock, settings: Settings
) -> None:
    await know(client, contact("01", "Lan", LIAISON))
    made = await announced(client, organizer, clock, minutes=90)
    clock.pass_(minutes=51)

    async with another(settings, clock) as second:
        assert alarms(second, made) == {"15-minutes"}

    assert await mails(client) == []
    assert (await shown(client, organizer, made))["reminders"][2]["stand"] == "past"


async def test_changed_reminders_and_moved_times_set_other_alarms(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    made = await announced(client, organizer, clock, minutes=90)
    assert alarms(client.app, made) == {"60-minutes", "15-minutes"}

    body = {"rules": [rule(30, "minutes", "liaison"), rule(5, "minutes", "liaison", on=False)]}
    await answer(await client.put(f"{made.path}/reminders", json=body, headers=organizer))
    assert alarms(client.app, made) == {"30-minutes"}

    await answer(await client.post(f"{made.path}/cancel", json={}, headers=organizer))
    assert alarms(client.app, made) == set()


async def test_reminders_changed_by_two_are_refused_to_the_second_who_may_insist(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    made = await announced(client, organizer, clock, days=30)
    mine, theirs = [rule(2, "days", "liaison")], [rule(3, "days", "clerk")]

    for path in ("/api/v1/reminders", f"{made.path}/reminders"):
        read = {"If-Match": (await client.get(path, headers=organizer)).headers["ETag"]}
        first = await client.put(path, json={"rules": theirs}, headers={**organizer, **read})
        late = await client.put(path, json={"rules": mine}, headers={**organizer, **read})
        await check_problem(late, 412, "stale_reminders")
        again = {"If-Match": first.headers["ETag"]}
        after = await client.put(path, json={"rules": mine}, headers={**organizer, **again})
        anyway = await client.put(path, json={"rules": theirs}, headers={**organizer, "If-Match": "*"})
        assert [first.status, after.status, anyway.status] == [200, 200, 200]


async def test_a_copy_and_the_dates_of_a_series_have_the_reminders_of_their_original(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    made = await announced(client, organizer, clock, days=30)
    await answer(
        await client.put(f"{made.path}/reminders", json={"rules": [rule(2, "days", "liaison")]}, headers=organizer)
    )
    starts_at = (clock() + timedelta(days=60)).isoformat()

    copy = await answer(await client.post(f"{made.path}/copy", json={"starts_at": starts_at}, headers=organizer), 201)
    wanted = {"briefing": made.path.rsplit("/", 1)[1], "rule": "FREQ=WEEKLY;COUNT=3"}
    series = await answer(await client.post("/api/v1/series", json=wanted, headers=organizer), 201)
    longer = {"rule": "FREQ=WEEKLY;COUNT=4"}
    changed = await answer(await client.patch(f"/api/v1/series/{series['id']}", json=longer, headers=organizer))

    found = [copy["id"], *(one["briefing"] for one in changed["series"]["dates"])]
    shown = [await answer(await client.get(f"/api/v1/briefings/{one}/reminders", headers=organizer)) for one in found]
    assert [[one["rule"] for one in each["reminders"]] for each in shown] == [["2-days"]] * 5
