"""The speaker queue: its rules of order, who may wait how often, and what the chair may do about it."""

import pytest

from server.core import briefing as life
from server.core import floor, queue
from server.core.events import (
    AgendaItem,
    BriefingEdited,
    BriefingKind,
    BriefingOpened,
    Event,
    FloorRequested,
    ItemKind,
    QueuePolicy,
    QueuePolicySet,
    RegisteredSpeaker,
    RequestAmended,
    RequestDenied,
    TurnEnded,
    TurnEndedBecause,
)
from server.core.ids import HUB, EndpointCode
from server.core.state import Briefing
from tests.core.cast import CA_MAU, HA_NOI, THANH_HOA, at, live, opened, plan, scheduled, speaking, then, waiting

MINH, HOA = RegisteredSpeaker(HA_NOI, "Ông Minh", "Lũ lụt"), RegisteredSpeaker(CA_MAU, "Bà Hoa", "Thuỷ sản")
BINH = RegisteredSpeaker(HUB, "Ông Bình", "Ngân sách")
AGENDA = (
    AgendaItem("Khai mạc", 5, ItemKind.OPENING),
    AgendaItem("Thảo luận", 40, ItemKind.DISCUSSION, speakers=(HOA, BINH)),
    AgendaItem("Báo cáo", 10, ItemKind.REPORT, speakers=(MINH,)),
)


def asks(briefing: Briefing, endpoint: EndpointCode, seconds: float, speaker: str = "", **more: str) -> Briefing:
    return then(briefing, *queue.request(briefing, at(seconds), endpoint=endpoint, speaker=speaker, **more))


def speakers(briefing: Briefing) -> list[tuple[EndpointCode, str]]:
    return [(one.endpoint, one.speaker) for one in briefing.floor.queue]


def spoke(briefing: Briefing, endpoint: EndpointCode, begin: float, end: float) -> Briefing:
    """Let a site speak without having asked."""
    begun = then(briefing, *floor.invite(briefing, at(begin), endpoint=endpoint), when=at(begin))
    return then(begun, *floor.release(begun, at(end), endpoint=endpoint), when=at(end))


def test_the_lobby_opens_with_the_speakers_and_the_rule_of_the_plan() -> None:
    before = scheduled(agenda=AGENDA, queue_policy=QueuePolicy.AGENDA)

    events = life.open_(before, at(-1800))

    assert events == (
        BriefingOpened(),
        QueuePolicySet(QueuePolicy.AGENDA, ""),
        FloorRequested(CA_MAU, "Bà Hoa", "Thuỷ sản", request=1, registered=True, item=1),
        FloorRequested(HUB, "Ông Bình", "Ngân sách", request=2, registered=True, item=1),
        FloorRequested(HA_NOI, "Ông Minh", "Lũ lụt", request=3, registered=True, item=2),
    )


def test_a_speaker_registered_in_the_meeting_joins_the_queue_once() -> None:
    before = opened(agenda=AGENDA)
    more = plan(agenda=(AGENDA[0], AgendaItem("Thảo luận", 40, speakers=(HOA, BINH, MINH)), AGENDA[2]))

    added = plan(agenda=(*AGENDA, AgendaItem("Kết luận", 5, speakers=(RegisteredSpeaker(THANH_HOA, "Ông Tư"),))))

    assert life.edit(before, at(0), plan=more) == (BriefingEdited(more),)
    assert life.edit(before, at(0), plan=added)[1:] == (
        FloorRequested(THANH_HOA, "Ông Tư", "", request=1, registered=True, item=3),
    )


def test_the_agenda_puts_registered_speakers_before_hands_raised_during_their_item() -> None:
    agenda = (
        AgendaItem("Thảo luận", 40, speakers=(RegisteredSpeaker(CA_MAU, "Bà Hoa"),)),
        AgendaItem("Báo cáo", 10, speakers=(MINH,)),
    )
    before = then(live(), *queue.newly_registered(live(agenda=()), plan(agenda=agenda)))
    raised = then(before, *life.move_agenda(before, at(2), index=0))
    raised = asks(raised, THANH_HOA, 5, "Bà Ba")

    ordered = then(raised, *queue.follow(raised, at(6), policy=QueuePolicy.AGENDA))

    assert [who for _, who in speakers(raised)] == ["Bà Hoa", "Ông Minh", "Bà Ba"]
    assert [who for _, who in speakers(ordered)] == ["Bà Hoa", "Bà Ba", "Ông Minh"]


def test_least_spoken_first_counts_every_turn_and_orders_anew_when_one_ends() -> None:
    talked = spoke(spoke(live(), HA_NOI, 10, 70), CA_MAU, 80, 100)
    following = then(talked, *queue.follow(talked, at(101), policy=QueuePolicy.LEAST_SPOKEN))
    for code in (HA_NOI, CA_MAU, THANH_HOA):
        following = asks(following, code, 110)

    assert following.floor.waiting == (THANH_HOA, CA_MAU, HA_NOI)
    assert spoke(following, THANH_HOA, 120, 220).floor.waiting == (CA_MAU, HA_NOI, THANH_HOA)


def test_least_spoken_first_counts_people_of_the_hub_one_by_one() -> None:
    begun = asks(asks(live(), HUB, 5, "Ông An"), HUB, 6, "Bà Bé")
    given = then(begun, *floor.grant(begun, at(10), endpoint=HUB, number=1), when=at(10))
    over = then(given, *floor.release(given, at(90), endpoint=HUB), when=at(90))
    again = asks(over, HUB, 95, "Ông An")

    ordered = then(again, *queue.follow(again, at(99), policy=QueuePolicy.LEAST_SPOKEN))

    assert speakers(ordered) == [(HUB, "Bà Bé"), (HUB, "Ông An")]


def test_what_the_chair_has_put_in_order_stays_before_what_the_rule_orders() -> None:
    talked = spoke(live(), HA_NOI, 10, 70)
    following = then(talked, *queue.follow(talked, at(71), policy=QueuePolicy.LEAST_SPOKEN))
    both = asks(asks(following, HA_NOI, 80), CA_MAU, 81)
    placed = then(both, *queue.reorder(both, at(82), endpoints=(HA_NOI, CA_MAU), reason="Tin khẩn"))

    later = asks(placed, THANH_HOA, 90)
    anew = then(later, *queue.follow(later, at(95), policy=QueuePolicy.LEAST_SPOKEN, reason="Như cũ"))

    assert later.floor.waiting == (HA_NOI, CA_MAU, THANH_HOA)
    assert anew.floor.waiting == (CA_MAU, THANH_HOA, HA_NOI)


def test_the_chairs_own_order_needs_no_reason() -> None:
    before = waiting(HA_NOI, CA_MAU)
    own = then(before, *queue.follow(before, at(30), policy=QueuePolicy.CHAIR))

    after = then(own, *queue.reorder(own, at(31), numbers=(2, 1)))

    assert asks(after, THANH_HOA, 32).floor.waiting == (CA_MAU, HA_NOI, THANH_HOA)
    with pytest.raises(queue.ReasonNeeded):
        queue.reorder(before, at(31), numbers=(2, 1))


@pytest.mark.parametrize("policy", [QueuePolicy.ASKED])
def test_the_present_rule_again_changes_nothing(policy: QueuePolicy) -> None:
    assert queue.follow(waiting(HA_NOI), at(30), policy=policy) == ()


def test_a_site_with_a_registered_speaker_may_raise_its_hand_once() -> None:
    before = then(live(), FloorRequested(HA_NOI, "Ông Minh", "Lũ lụt", request=1, registered=True))

    raised = asks(before, HA_NOI, 20, "Bà Lan")

    assert speakers(raised) == [(HA_NOI, "Ông Minh"), (HA_NOI, "Bà Lan")]
    with pytest.raises(queue.AlreadyWaiting):
        asks(raised, HA_NOI, 21)


def test_withdraw_takes_the_raised_hand_before_the_registered_speaker() -> None:
    before = asks(
        then(live(), FloorRequested(HA_NOI, "Ông Minh", "", request=1, registered=True)), HA_NOI, 20, "Bà Lan"
    )

    after = then(before, *queue.withdraw(before, at(25), endpoint=HA_NOI))

    assert speakers(after) == [(HA_NOI, "Ông Minh")]
    assert then(after, *queue.withdraw(after, at(26), endpoint=HA_NOI)).floor.queue == ()


def test_people_of_the_hub_wait_beside_the_sites_each_by_name() -> None:
    before = asks(asks(waiting(HA_NOI), HUB, 21, "Ông An"), HUB, 22, "Bà Bé")

    assert before.floor.waiting == (HA_NOI, HUB, HUB)
    for speaker, refusal in (("Ông An", queue.AlreadyWaiting), (" ", queue.SpeakerNeeded)):
        with pytest.raises(refusal):
            asks(before, HUB, 23, speaker)


def test_the_hub_keeps_to_the_stage_while_one_of_its_people_speaks_and_another_may_follow() -> None:
    before = asks(asks(live(), HUB, 21, "Ông An"), HUB, 22, "Bà Bé")
    first = then(before, *floor.grant(before, at(30), endpoint=HUB), when=at(30))

    second = then(first, *floor.grant(first, at(60), endpoint=HUB), when=at(60))

    assert (first.floor.holder, first.floor.on_air) == (HUB, None)
    assert second.floor.turn is not None
    assert second.floor.turn.speaker == "Bà Bé"


def test_amend_keeps_the_place() -> None:
    before = waiting(HA_NOI, CA_MAU)

    events = queue.amend(before, at(30), endpoint=HA_NOI, speaker="Bà Lan", topic="Bão")

    assert events == (RequestAmended(HA_NOI, 1, "Bà Lan", "Bão"),)
    assert speakers(then(before, *events)) == [(HA_NOI, "Bà Lan"), (CA_MAU, "Ông Minh")]
    assert queue.amend(then(before, *events), at(31), endpoint=HA_NOI, speaker="Bà Lan", topic="Bão") == ()


def test_deny_takes_a_request_out_and_keeps_why() -> None:
    before = waiting(HA_NOI, CA_MAU)

    events = queue.deny(before, at(30), endpoint=HA_NOI, reason="Đã trả lời bằng văn bản")

    assert events == (RequestDenied(HA_NOI, 1, "Đã trả lời bằng văn bản"),)
    assert then(before, *events).floor.waiting == (CA_MAU,)


def test_who_asked_on_behalf_of_the_speaker_is_kept() -> None:
    assert asks(live(), HA_NOI, 20, "Bà Lan", asked_by="Thư ký").floor.queue[0].asked_by == "Thư ký"


@pytest.mark.parametrize("numbers", [(1,), (1, 1), (1, 2, 3), (1, 9)])
def test_an_order_by_number_names_exactly_those_who_wait(numbers: tuple[int, ...]) -> None:
    with pytest.raises(queue.OrderMismatch):
        queue.reorder(waiting(HA_NOI, CA_MAU), at(30), numbers=numbers, reason="x")


def test_a_journal_that_did_not_count_yet_is_counted_as_it_is_read() -> None:
    old: tuple[Event, ...] = (FloorRequested(HA_NOI, "a", ""), FloorRequested(CA_MAU, "b", ""))

    assert [one.number for one in then(live(), *old).floor.queue] == [1, 2]
    assert then(speaking(HA_NOI), TurnEnded(HA_NOI, at(30), at(60), TurnEndedBecause.RELEASED)).floor.turns == 1


def test_endpoints_listen_to_a_quick_notification_and_the_hub_speaks() -> None:
    before = live(kind=BriefingKind.QUICK_NOTIFICATION, agenda=())

    with pytest.raises(queue.OneWay):
        queue.request(before, at(0), endpoint=HA_NOI)
    assert queue.request(before, at(0), endpoint=HUB, speaker="Ông Minh")
