"""Papers due: asked for before the start, handed in by those asked, late by the clock, and chased without haste."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.core import papers, rehearsal
from server.core.briefing import WrongPhase
from server.core.documents import DocumentsFull, NoSuchDocument
from server.core.events import (
    Addressees,
    BriefingClosed,
    BriefingEdited,
    BriefingStarted,
    Classification,
    ClosedBecause,
    Event,
    File,
    PaperHandedIn,
    PaperRequestAmended,
    PaperRequested,
    PaperRequestRestored,
    PaperRequestWithdrawn,
    PapersChased,
    PaperWanted,
    RehearsalBegan,
)
from server.core.ids import DocumentId, EndpointCode
from server.core.papers import (
    DueTooLate,
    NobodyToChase,
    NoSuchRequest,
    Owed,
    PaperTitle,
    SameVersion,
    Standing,
    TooManyRequests,
    TooManyVersions,
)
from server.core.plan import NotCertified
from server.core.presence import NotInvited
from server.core.state import Briefing, Phase
from tests.core.cast import CA_MAU, HA_NOI, STRANGER, THANH_HOA, at, drafted, live, opened, plan, scheduled, then

DUE = at(-3600)
EARLY = at(-70_000)
ALL, TWO = Addressees(everybody=True), Addressees(False, (HA_NOI, CA_MAU))
WANTED = PaperWanted("Báo cáo tháng", DUE, ALL)
FIRST, SECOND = DocumentId("first"), DocumentId("second")


def file(digest: str = "a", octets: int = 1000) -> File:
    return File("Báo cáo.pdf", "application/pdf", octets, digest * 64)


def asked(briefing: Briefing | None = None, wanted: PaperWanted = WANTED) -> Briefing:
    return then(briefing or scheduled(), PaperRequested(1, wanted), when=at(-75_000))


def handed_in(
    briefing: Briefing, endpoint: EndpointCode, when: datetime, document: DocumentId = FIRST, digest: str = "a"
) -> Briefing:
    return then(briefing, PaperHandedIn(1, endpoint, document, file(digest)), when=when)


def hand_in(briefing: Briefing, **changes: Any) -> tuple[Event, ...]:
    given: dict[str, Any] = {
        "number": 1,
        "endpoint": HA_NOI,
        "document": SECOND,
        "file": file("b"),
        "most_octets": 10_000,
    }
    return papers.hand_in(briefing, EARLY, **{**given, **changes})


REHEARSING = then(scheduled(), RehearsalBegan(1, at(-60_000)), when=at(-76_000))


@pytest.mark.parametrize("briefing", [drafted(), scheduled(), REHEARSING, opened()], ids=lambda one: one.phase)
def test_paper_is_asked_for_before_the_start(briefing: Briefing) -> None:
    assert papers.ask(briefing, EARLY, wanted=WANTED) == (PaperRequested(1, WANTED),)
    assert papers.ask(asked(briefing), EARLY, wanted=WANTED) == (PaperRequested(2, WANTED),)


@pytest.mark.parametrize(
    ("briefing", "wanted", "refusal"),
    [
        (live(), WANTED, WrongPhase),
        (scheduled(), PaperWanted(" ", DUE, ALL), PaperTitle),
        (scheduled(), PaperWanted("x" * 301, DUE, ALL), PaperTitle),
        (scheduled(), PaperWanted("Báo cáo", at(0), ALL), DueTooLate),
        (scheduled(), PaperWanted("Báo cáo", EARLY, ALL), DueTooLate),
        (scheduled(), PaperWanted("Báo cáo", DUE, Addressees(False, (STRANGER,))), NotInvited),
        (scheduled(classification=Classification.SECRET), WANTED, NotCertified),
    ],
)
def test_asking_is_refused(briefing: Briefing, wanted: PaperWanted, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        papers.ask(briefing, EARLY, wanted=wanted)


def test_briefing_asks_for_so_many_papers_and_no_more() -> None:
    many = [PaperRequested(number, WANTED) for number in range(1, papers.MOST_REQUESTS + 1)]

    with pytest.raises(TooManyRequests):
        papers.ask(then(scheduled(), *many), EARLY, wanted=WANTED)


def test_request_is_amended_and_its_time_stays_even_when_it_has_passed() -> None:
    titled = PaperWanted("Báo cáo quý", DUE, ALL)

    assert papers.amend(asked(), EARLY, number=1, wanted=WANTED) == ()
    assert papers.amend(asked(), at(-60), number=1, wanted=titled) == (PaperRequestAmended(1, titled),)
    with pytest.raises(DueTooLate):
        papers.amend(asked(), at(-60), number=1, wanted=PaperWanted("Báo cáo", at(-61), ALL))
    with pytest.raises(NoSuchRequest):
        papers.amend(scheduled(), EARLY, number=1, wanted=WANTED)


def test_request_is_withdrawn_and_restored_with_what_was_handed_in() -> None:
    before = handed_in(asked(), HA_NOI, EARLY)
    withdrawn = then(before, *papers.withdraw(before, EARLY, number=1))
    restored = then(withdrawn, *papers.restore(withdrawn, EARLY, number=1))

    assert papers.withdraw(before, EARLY, number=1) == (PaperRequestWithdrawn(1),)
    assert (papers.withdraw(withdrawn, EARLY, number=1), papers.restore(before, EARLY, number=1)) == ((), ())
    assert papers.asked_of(withdrawn, HA_NOI) == ()
    assert papers.restore(withdrawn, EARLY, number=1) == (PaperRequestRestored(1),)
    assert restored.documents == before.documents


def test_site_is_asked_for_what_is_for_it_the_first_due_first() -> None:
    sooner = PaperWanted("Tham luận", at(-7200), TWO)
    briefing = then(asked(), PaperRequested(2, sooner))

    numbers = {code: [one.number for one in papers.asked_of(briefing, code)] for code in (HA_NOI, THANH_HOA, STRANGER)}

    assert numbers == {HA_NOI: [2, 1], THANH_HOA: [1], STRANGER: []}
    assert papers.asked_of(asked(drafted()), HA_NOI) == ()


def test_paper_is_handed_in_late_or_not_until_the_end() -> None:
    started = then(asked(opened()), BriefingStarted())

    assert hand_in(asked()) == (PaperHandedIn(1, HA_NOI, SECOND, file("b")),)
    assert hand_in(started) == (PaperHandedIn(1, HA_NOI, SECOND, file("b")),)
    with pytest.raises(WrongPhase):
        hand_in(then(started, BriefingClosed(ClosedBecause.CHAIR)))


@pytest.mark.parametrize(
    ("briefing", "changes", "refusal"),
    [
        (asked(), {"number": 2}, NoSuchRequest),
        (asked(wanted=PaperWanted("Báo cáo", DUE, TWO)), {"endpoint": THANH_HOA}, NoSuchRequest),
        (then(asked(), PaperRequestWithdrawn(1)), {}, NoSuchRequest),
        (asked(), {"endpoint": STRANGER}, NoSuchRequest),
        (asked(), {"most_octets": 999}, DocumentsFull),
        (handed_in(asked(), HA_NOI, EARLY), {"most_octets": 1999}, DocumentsFull),
        (handed_in(asked(), HA_NOI, EARLY), {"file": file()}, SameVersion),
        (asked(scheduled(classification=Classification.SECRET)), {}, NotCertified),
    ],
)
def test_handing_in_is_refused(briefing: Briefing, changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        hand_in(briefing, **changes)


def test_what_others_hand_in_takes_no_room_of_a_site() -> None:
    assert hand_in(handed_in(asked(), CA_MAU, EARLY), most_octets=1000)


def test_paper_has_so_many_versions_and_no_more() -> None:
    briefing = asked()
    for number in range(papers.MOST_VERSIONS):
        briefing = handed_in(briefing, HA_NOI, EARLY, DocumentId(str(number)), digest=f"{number}")

    with pytest.raises(TooManyVersions):
        hand_in(briefing)


def test_first_version_decides_whether_it_is_late_and_the_last_one_counts() -> None:
    briefing = handed_in(asked(), HA_NOI, at(-3601))
    briefing = handed_in(briefing, HA_NOI, at(-60), SECOND, "b")
    briefing = handed_in(briefing, CA_MAU, at(-3000))

    found = papers.owed(briefing, papers.known(briefing, 1), at(0))

    assert [(one.endpoint, one.standing, one.late_by) for one in found] == [
        (THANH_HOA, Standing.OVERDUE, timedelta(seconds=3600)),
        (CA_MAU, Standing.LATE, timedelta(seconds=600)),
        (HA_NOI, Standing.IN_TIME, timedelta(0)),
    ]
    assert [one.id for one in found[2].versions] == [FIRST, SECOND]


def test_paper_is_awaited_until_it_is_due() -> None:
    request = papers.known(asked(), 1)

    assert papers.owed_by(request, HA_NOI, DUE) == Owed(HA_NOI, Standing.AWAITED, timedelta(0), (), None)
    assert papers.owed_by(request, HA_NOI, DUE + timedelta(seconds=1)).standing is Standing.OVERDUE


def test_whoever_handed_in_stays_on_the_list_when_asked_no_more() -> None:
    briefing = handed_in(asked(), THANH_HOA, EARLY)
    briefing = then(briefing, PaperRequestAmended(1, PaperWanted("Báo cáo tháng", DUE, TWO)))

    found = papers.owed(briefing, papers.known(briefing, 1), EARLY)

    assert [one.endpoint for one in found] == [HA_NOI, CA_MAU, THANH_HOA]


def test_those_who_owe_are_chased_but_not_at_once_again() -> None:
    briefing = handed_in(asked(), CA_MAU, EARLY)
    chased = then(briefing, *papers.chase(briefing, EARLY, number=1), when=EARLY)

    assert papers.chase(briefing, EARLY, number=1) == (PapersChased(1, (HA_NOI, THANH_HOA)),)
    with pytest.raises(NobodyToChase):
        papers.chase(chased, EARLY + papers.PATIENCE - timedelta(seconds=1), number=1)
    again = EARLY + papers.PATIENCE
    assert papers.chase(chased, again, number=1) == (PapersChased(1, (HA_NOI, THANH_HOA)),)
    assert papers.owed_by(papers.known(chased, 1), HA_NOI, EARLY).chased_at == EARLY


@pytest.mark.parametrize("briefing", [asked(drafted()), then(asked(), PaperRequestWithdrawn(1))], ids=["draft", "gone"])
def test_nobody_is_chased_for_what_no_site_is_asked(briefing: Briefing) -> None:
    with pytest.raises(NobodyToChase):
        papers.chase(briefing, EARLY, number=1)


def test_version_is_found_with_its_owner() -> None:
    briefing = handed_in(handed_in(asked(), HA_NOI, EARLY), CA_MAU, EARLY, SECOND, "b")

    owner, version = papers.version(briefing, 1, SECOND)

    assert (owner, version.file) == (CA_MAU, file("b"))
    with pytest.raises(NoSuchDocument):
        papers.version(briefing, 1, DocumentId("third"))
    with pytest.raises(NoSuchRequest):
        papers.version(briefing, 2, FIRST)


def test_paper_is_handed_in_and_chased_while_the_meeting_is_rehearsed() -> None:
    briefing = asked(REHEARSING)

    assert hand_in(briefing) == (PaperHandedIn(1, HA_NOI, SECOND, file("b")),)
    assert papers.chase(briefing, EARLY, number=1) == (PapersChased(1, (HA_NOI, THANH_HOA, CA_MAU)),)


def test_paper_that_was_handed_in_in_a_rehearsal_stays() -> None:
    within = handed_in(asked(REHEARSING), HA_NOI, EARLY)

    after = then(within, *rehearsal.end(within, EARLY), when=EARLY)

    assert after.phase is Phase.SCHEDULED
    assert after.documents == within.documents


def test_paper_of_a_site_that_the_plan_has_no_more_is_postponed() -> None:
    fewer = BriefingEdited(plan(endpoints=(HA_NOI, THANH_HOA)))
    briefing = then(asked(wanted=replace(WANTED, addressees=TWO)), fewer)
    later = PaperWanted(WANTED.title, at(-1800), TWO)

    assert papers.amend(briefing, EARLY, number=1, wanted=later) == (PaperRequestAmended(1, later),)
