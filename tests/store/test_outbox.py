"""The outbox: one mail of each key, one holder at a time, and what was sent stays sent."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from server.core.ids import MailId
from server.core.mail import Census, Cover, Dead, GivenBack, Later, Mail, MailState, Posted, Sent, Taken, Verdict
from server.store import outbox
from server.store.database import Database
from tests.store.stories import START, at, scheduled

MINUTE = timedelta(minutes=1)
SOON = at(1)


def mail(name: str = "m1") -> Mail:
    return Mail(MailId(name), "giaoban@example.vn", f"{name}@example.vn", b"Subject: \xff\x00\r\n\r\n")


async def put(database: Database, name: str = "m1", *, key: str = "", now: datetime = START) -> bool:
    async with database.begin() as session:
        return await outbox.put(session, mail(name), Cover(key or name, f"Giấy mời {name}"), now=now)


async def take(database: Database, *, now: datetime = START) -> Taken | None:
    async with database.begin() as session:
        return await outbox.take(session, now=now, until=now + MINUTE)


async def taken(database: Database, *, now: datetime = START) -> Taken:
    found = await take(database, now=now)
    assert found
    return found


async def settle(database: Database, one: Taken, verdict: Verdict, *, now: datetime = SOON) -> None:
    async with database.begin() as session:
        await outbox.settle(session, one, verdict, now)


async def listed(database: Database, state: MailState) -> list[Posted]:
    async with database.read() as session:
        return await outbox.listed(session, state, limit=9)


async def census(database: Database) -> Census:
    async with database.read() as session:
        return await outbox.census(session)


async def test_put_is_taken_as_it_was_with_its_try_counted(database: Database) -> None:
    assert await put(database)

    found = await taken(database)

    assert found == Taken(mail(), found.lease, 1, at(0))


async def test_put_again_under_the_same_key_changes_nothing(database: Database) -> None:
    assert await put(database, "m1", key="b1/7/38")

    assert not await put(database, "m2", key="b1/7/38")
    assert [one.id for one in await listed(database, MailState.WAITING)] == ["m1"]


async def test_take_while_another_holds_it_finds_nothing_until_the_lease_ends(database: Database) -> None:
    await put(database)
    first = await taken(database)

    assert await take(database, now=at(59)) is None
    second = await taken(database, now=at(60))
    assert (second.attempt, second.lease != first.lease) == (2, True)


async def test_take_gives_what_was_due_first(database: Database) -> None:
    for name, now in (("late", at(2)), ("early", at(0)), ("later", at(3))):
        await put(database, name, now=now)

    assert [(await taken(database, now=at(9))).mail.id for _ in range(3)] == ["early", "late", "later"]
    assert await take(database, now=at(9)) is None


async def test_renewed_lease_keeps_it(database: Database) -> None:
    await put(database)
    first = await taken(database)
    async with database.begin() as session:
        assert await outbox.renew(session, first, at(90))

    assert await take(database, now=at(89)) is None
    second = await taken(database, now=at(90))
    async with database.begin() as session:
        assert not await outbox.renew(session, first, at(999))
        assert await outbox.renew(session, second, at(999))


@pytest.mark.parametrize(
    ("verdict", "state", "left"),
    [
        (Later(at(30), "451 busy"), MailState.WAITING, (at(30), 1, "451 busy")),
        (GivenBack("no route"), MailState.WAITING, (at(1), 0, "no route")),
        (Dead("550 " + "x" * 999), MailState.DEAD, (at(60), 1, ("550 " + "x" * 999)[:500])),
        (Sent(), MailState.SENT, (at(60), 1, "")),
    ],
)
async def test_settled_mail_says_what_became_of_it(
    database: Database, verdict: Verdict, state: MailState, left: tuple[datetime, int, str]
) -> None:
    await put(database)
    await settle(database, await taken(database), verdict)

    due_at, attempts, reason = left
    assert await listed(database, state) == [
        Posted(
            id=MailId("m1"),
            cover=Cover("m1", "Giấy mời m1"),
            recipient="m1@example.vn",
            state=state,
            attempts=attempts,
            written_at=at(0),
            due_at=due_at,
            settled_at=None if state is MailState.WAITING else at(1),
            under_way=False,
            reason=reason,
        )
    ]


async def test_late_news_of_a_lost_lease_counts_only_when_it_was_sent(database: Database) -> None:
    await put(database)
    first = await taken(database)
    second = await taken(database, now=at(60))

    await settle(database, first, Dead("550 no such mailbox"), now=at(61))
    await settle(database, first, Later(at(999), "451 busy"), now=at(61))
    await settle(database, first, GivenBack("no route"), now=at(61))
    assert [(one.attempts, one.under_way) for one in await listed(database, MailState.WAITING)] == [(2, True)]

    await settle(database, first, Sent(), now=at(62))
    await settle(database, second, Dead("554 seen already"), now=at(63))
    assert [one.settled_at for one in await listed(database, MailState.SENT)] == [at(62)]
    assert await take(database, now=at(9999)) is None


async def test_tried_again_by_hand_it_begins_anew(database: Database) -> None:
    for name in ("dead", "waits", "held", "sent"):
        await put(database, name)
        verdicts: dict[str, Verdict] = {"dead": Dead("550 gone"), "waits": Later(at(999), "451 busy"), "sent": Sent()}
        one = await taken(database)
        if name in verdicts:
            await settle(database, one, verdicts[name])

    async with database.begin() as session:
        ids = [MailId(name) for name in ("dead", "waits", "held", "sent", "nobody")]
        count = await outbox.try_again(session, ids, at(5))

    assert count == 2
    first, second = await taken(database, now=at(5)), await taken(database, now=at(5))
    assert [replace(one, lease="") for one in (first, second)] == [
        Taken(mail(name), "", 1, at(5)) for name in ("dead", "waits")
    ]
    assert await take(database, now=at(5)) is None
    assert await census(database) == Census(waiting=3, dead=0, oldest=at(0))


async def test_census_of_an_empty_outbox(database: Database) -> None:
    assert await census(database) == Census()


async def written(database: Database, *names: str, until: datetime | None = None, key: str = "{}") -> int:
    posts = [(mail(name), Cover(key.format(name), f"Nhắc {name}", until=until)) for name in names]
    async with database.begin() as session:
        return await outbox.put_all(session, posts, now=START)


async def test_put_all_adds_what_is_not_there_in_two_queries(database: Database) -> None:
    assert await written(database, "m1") == 1

    assert await written(database, "m1", "m2", "m3") == 2
    assert sorted(one.id for one in await listed(database, MailState.WAITING)) == ["m1", "m2", "m3"]


async def test_what_would_mislead_is_not_sent_and_is_shown_as_lapsed(database: Database) -> None:
    await written(database, "late", until=at(10))
    await written(database, "any")

    found = [await take(database, now=at(10)) for _ in range(2)]

    assert [one and one.mail.id for one in found] == ["any", None]
    [lapsed] = await listed(database, MailState.LAPSED)
    assert (lapsed.id, lapsed.settled_at, lapsed.attempts) == ("late", at(10), 0)
    assert await census(database) == Census(waiting=1, dead=0, oldest=at(0))


async def test_what_is_being_sent_when_its_time_ends_may_arrive(database: Database) -> None:
    await written(database, "m1", until=at(10))
    one = await taken(database, now=at(9))

    assert await take(database, now=at(11)) is None
    await settle(database, one, Sent(), now=at(12))

    assert [one.id for one in await listed(database, MailState.SENT)] == ["m1"]


async def test_withdrawn_is_what_waits_even_when_it_was_tried_but_not_what_is_under_way(database: Database) -> None:
    briefing = (await scheduled(database)).id
    for moment, name in enumerate(("busy", "under way", "fresh", "other")):
        posts = [(mail(name), Cover(f"{'nudge' if name == 'other' else 'reminder'}:{name}", name, briefing))]
        async with database.begin() as session:
            await outbox.put_all(session, posts, now=at(moment))
    await settle(database, await taken(database), Later(at(9), "451 greylisted"))
    await taken(database, now=at(1))

    async with database.begin() as session:
        assert await outbox.withdraw(session, briefing, "reminder:") == 2

    assert {one.id for one in await listed(database, MailState.WAITING)} == {"under way", "other"}


async def test_let_go_forgets_dead_mails_alone(database: Database) -> None:
    for name in ("dead", "sent", "waits"):
        await put(database, name)
    for verdict in (Dead("550 gone"), Sent()):
        await settle(database, await taken(database), verdict)

    async with database.begin() as session:
        assert await outbox.let_go(session, [MailId(name) for name in ("dead", "sent", "waits", "nobody")]) == 1

    assert await census(database) == Census(waiting=1, dead=0, oldest=at(0))


async def test_forgotten_are_mails_that_were_settled_long_ago_but_no_dead_ones(database: Database) -> None:
    verdicts: list[Verdict] = [Sent(), Sent(), Sent(), Dead("550 gone")]
    for number, verdict in enumerate(verdicts):
        await put(database, f"m{number}")
        await settle(database, await taken(database), verdict, now=at(number))
    await written(database, "lapsed", until=at(0))
    await take(database, now=at(1))

    async with database.begin() as session:
        counts = [await outbox.forget(session, at(2), limit=2) for _ in range(2)]

    assert counts == [2, 1]
    assert [one.id for one in await listed(database, MailState.SENT)] == ["m2"]
    assert [one.id for one in await listed(database, MailState.DEAD)] == ["m3"]


async def test_mail_that_came_back_is_shown_with_the_words_until_somebody_deals_with_it(database: Database) -> None:
    await put(database, "m1")
    await put(database, "m2")
    await settle(database, await taken(database), Sent())
    async with database.begin() as session:
        assert await outbox.bounce(session, MailId("m1"), "550 " + "x" * 900, at(9))
        assert not await outbox.bounce(session, MailId("m1"), "again", at(10))
        assert not await outbox.bounce(session, MailId("unknown"), "550", at(10))

    [back] = await listed(database, MailState.BOUNCED)
    assert (back.id, back.reason, back.settled_at) == ("m1", ("550 " + "x" * 900)[:500], at(9))
    assert await census(database) == Census(waiting=1, dead=0, oldest=START, bounced=1)
    async with database.begin() as session:
        assert await outbox.forget(session, at(99), limit=9) == 0
        assert await outbox.let_go(session, [MailId("m1"), MailId("m2")]) == 1


async def test_news_that_it_came_back_stays_when_the_acceptance_is_settled_later(database: Database) -> None:
    await put(database)
    one = await taken(database)
    async with database.begin() as session:
        assert await outbox.bounce(session, MailId("m1"), "550", at(1))

    await settle(database, one, Sent())

    assert [mail.reason for mail in await listed(database, MailState.BOUNCED)] == ["550"]


async def test_address_works_again_when_a_later_mail_was_sent(database: Database) -> None:
    for name in ("m1", "m2"):
        await put(database, name)
        await settle(database, await taken(database), Sent())
        async with database.begin() as session:
            await outbox.bounce(session, MailId(name), f"550 {name}", at(5))
    async with database.begin() as session:
        assert await outbox.bounced(session) == {"m1@example.vn": "550 m1", "m2@example.vn": "550 m2"}
        later = replace(mail("m3"), recipient="m1@example.vn")
        await outbox.put(session, later, Cover("m3", ""), now=at(6))
    await settle(database, await taken(database, now=at(7)), Sent(), now=at(7))

    async with database.read() as session:
        assert await outbox.bounced(session) == {"m2@example.vn": "550 m2"}


async def test_more_mails_than_one_query_can_name_are_put_once(database: Database) -> None:
    many = [(mail(f"n{number}"), Cover(f"k{number}", "")) for number in range(outbox.AT_ONCE + 2)]
    async with database.begin() as session:
        assert await outbox.put_all(session, many[::2], now=START) == len(many[::2])
        assert await outbox.put_all(session, many, now=START) == len(many) - len(many[::2])
