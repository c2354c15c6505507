"""Documents: named safely, bounded, shown to the sites they are for and to no other, fetched once in the journal."""

from typing import Any

import pytest

from server.core import documents
from server.core.briefing import WrongPhase
from server.core.documents import (
    ENDINGS,
    MOST_DOCUMENTS,
    AlreadyAttached,
    DocumentName,
    DocumentsFull,
    NoSuchAgendaItem,
    NoSuchDocument,
)
from server.core.events import (
    Addressees,
    BriefingCancelled,
    BriefingClosed,
    BriefingEdited,
    Classification,
    ClosedBecause,
    DocumentAddressed,
    DocumentAttached,
    DocumentFetched,
    DocumentRestored,
    DocumentWithdrawn,
    Event,
    File,
    RehearsalBegan,
)
from server.core.ids import DocumentId, EndpointCode
from server.core.plan import NotCertified
from server.core.presence import NotInvited
from server.core.state import Briefing
from tests.core.cast import CA_MAU, HA_NOI, STRANGER, THANH_HOA, at, drafted, live, opened, plan, scheduled, then

PDF, DOCX = list(ENDINGS)[:2]
REPORT, SPEECH = DocumentId("report"), DocumentId("speech")
REHEARSING = then(scheduled(), RehearsalBegan(1, at(-80_000)), when=at(-81_000))
ALL, HUB_ALONE, TWO = Addressees(everybody=True), Addressees(everybody=False), Addressees(False, (HA_NOI, CA_MAU))


def file(name: str = "Báo cáo.pdf", octets: int = 1000, digest: str = "a") -> File:
    return File(name, PDF, octets, digest * 64)


def attached(briefing: Briefing, *, to: Addressees = ALL, document: DocumentId = REPORT) -> Briefing:
    return then(briefing, DocumentAttached(document, file(), to))


def attach(briefing: Briefing, **changes: Any) -> tuple[Event, ...]:
    given: dict[str, Any] = {"document": SPEECH, "file": file(), "addressees": ALL, "most_octets": 10_000}
    return documents.attach(briefing, at(0), **{**given, **changes})


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ("Báo cáo tháng 11.pdf", PDF, "Báo cáo tháng 11.pdf"),
        ("Ba\u0301o ca\u0301o.PDF", PDF, "Báo cáo.PDF"),
        ("C:\\Users\\Lan\\báo cáo.docx", DOCX, "báo cáo.docx"),
        ("../../etc/passwd.pdf", PDF, "passwd.pdf"),
        ("báo cáo", PDF, "báo cáo.pdf"),
        ("a\u202efdp.exe.pdf", PDF, "afdp.exe.pdf"),
        ("a\u200b\u2066b\0\n.pdf", PDF, "ab.pdf"),
        ("  nhiều   chỗ  trống .pdf", PDF, "nhiều chỗ trống .pdf"),
        ('a"<b>|c?.pdf', PDF, "a__b__c_.pdf"),
        ("con.pdf", PDF, "_con.pdf"),
        ("COM1.tổng hợp.pdf", PDF, "_COM1.tổng hợp.pdf"),
        ("....pdf", PDF, "pdf.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("báo cáo.exe", PDF, None),
        ("báo cáo.pdf.html", PDF, None),
        ("", PDF, None),
        ("\u202e", PDF, None),
        ("x" * 146 + ".pdf", PDF, "x" * 146 + ".pdf"),
        ("x" * 147 + ".pdf", PDF, None),
    ],
)
def test_file_name_says_what_one_sees_and_what_the_content_is(given: str, kind: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(DocumentName):
            documents.file_name(given, kind)
    else:
        assert documents.file_name(given, kind) == kept


@pytest.mark.parametrize("briefing", [drafted(), scheduled(), REHEARSING, opened(), live()], ids=lambda one: one.phase)
def test_document_is_attached_until_the_end(briefing: Briefing) -> None:
    assert attach(briefing, item="Báo cáo") == (DocumentAttached(SPEECH, file(), ALL, "Báo cáo"),)

    with pytest.raises(WrongPhase):
        attach(then(briefing, BriefingClosed(ClosedBecause.CHAIR)))


@pytest.mark.parametrize(
    ("briefing", "changes", "refusal"),
    [
        (scheduled(), {"addressees": Addressees(False, (STRANGER,))}, NotInvited),
        (scheduled(), {"item": "Không có mục này"}, NoSuchAgendaItem),
        (scheduled(), {"most_octets": 999}, DocumentsFull),
        (attached(scheduled()), {"most_octets": 1999, "file": file("Khác.pdf")}, DocumentsFull),
        (attached(scheduled()), {}, AlreadyAttached),
        (scheduled(classification=Classification.CONFIDENTIAL), {}, NotCertified),
    ],
)
def test_attaching_is_refused(briefing: Briefing, changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        attach(briefing, **changes)


def test_secret_documents_are_attached_where_the_service_is_certified() -> None:
    assert attach(scheduled(classification=Classification.SECRET), certified=True)


def test_withdrawn_file_may_be_attached_again_but_counts_still() -> None:
    briefing = then(attached(scheduled()), DocumentWithdrawn(REPORT))

    assert attach(briefing, most_octets=2000)
    with pytest.raises(DocumentsFull):
        attach(briefing, most_octets=1999)


def test_briefing_has_so_many_documents_and_no_more() -> None:
    many = [DocumentAttached(DocumentId(str(number)), file(octets=1), ALL) for number in range(MOST_DOCUMENTS)]
    full = then(scheduled(), *many)

    with pytest.raises(DocumentsFull):
        attach(full, file=file("Khác.pdf", 1))


def test_site_is_shown_what_is_for_it() -> None:
    briefing = scheduled()
    for name, to in (("all", ALL), ("two", TWO), ("hub", HUB_ALONE)):
        briefing = attached(briefing, to=to, document=DocumentId(name))

    shown = {code: [one.id for one in documents.shown_to(briefing, code)] for code in (HA_NOI, THANH_HOA, STRANGER)}

    assert shown == {HA_NOI: ["all", "two"], THANH_HOA: ["all"], STRANGER: []}


@pytest.mark.parametrize(
    "briefing",
    [
        attached(drafted()),
        then(attached(scheduled()), BriefingCancelled("bão")),
        then(attached(scheduled()), DocumentWithdrawn(REPORT)),
        then(attached(scheduled()), BriefingEdited(plan(endpoints=(THANH_HOA, CA_MAU)))),
        then(attached(scheduled()), DocumentAddressed(REPORT, Addressees(False, (CA_MAU,)))),
    ],
    ids=["draft", "cancelled", "withdrawn", "uninvited", "for another"],
)
def test_site_neither_sees_nor_fetches_what_is_not_shown(briefing: Briefing) -> None:
    assert documents.shown_to(briefing, HA_NOI) == ()
    with pytest.raises(NoSuchDocument):
        documents.fetch(briefing, at(0), document=REPORT, endpoint=HA_NOI)


def test_first_fetch_of_each_site_is_written_down_and_no_other() -> None:
    briefing = attached(live())

    first = documents.fetch(briefing, at(0), document=REPORT, endpoint=HA_NOI)
    after = then(briefing, *first, when=at(5))

    assert first == (DocumentFetched(REPORT, HA_NOI),)
    assert documents.fetch(after, at(9), document=REPORT, endpoint=HA_NOI) == ()
    assert documents.fetch(after, at(9), document=REPORT, endpoint=CA_MAU) == (DocumentFetched(REPORT, CA_MAU),)
    assert after.documents.fetched == {REPORT: {HA_NOI: at(5)}}


def test_document_can_be_fetched_after_the_end() -> None:
    ended = then(attached(live()), BriefingClosed(ClosedBecause.CHAIR))

    assert documents.fetch(ended, at(9), document=REPORT, endpoint=HA_NOI) == (DocumentFetched(REPORT, HA_NOI),)


def test_document_is_withdrawn_while_the_meeting_is_rehearsed() -> None:
    assert documents.withdraw(attached(REHEARSING), at(0), document=REPORT) == (DocumentWithdrawn(REPORT),)


def test_withdrawing_is_undone_and_neither_happens_twice() -> None:
    before = attached(scheduled())
    withdrawn = then(before, *documents.withdraw(before, at(0), document=REPORT))
    restored = then(withdrawn, *documents.restore(withdrawn, at(0), document=REPORT))

    assert documents.withdraw(before, at(0), document=REPORT) == (DocumentWithdrawn(REPORT),)
    assert documents.withdraw(withdrawn, at(0), document=REPORT) == ()
    assert documents.restore(withdrawn, at(0), document=REPORT) == (DocumentRestored(REPORT),)
    assert documents.restore(before, at(0), document=REPORT) == ()
    assert restored.documents == before.documents


def test_document_is_addressed_anew_within_the_plan() -> None:
    briefing = attached(scheduled())

    def address(to: Addressees, item: str = "") -> tuple[Event, ...]:
        return documents.address(briefing, at(0), document=REPORT, addressees=to, item=item)

    assert address(ALL) == ()
    assert address(TWO, "Khai mạc") == (DocumentAddressed(REPORT, TWO, "Khai mạc"),)
    with pytest.raises(NotInvited):
        address(Addressees(False, (STRANGER,)))
    with pytest.raises(NoSuchAgendaItem):
        address(ALL, "Không có mục này")


def test_document_of_a_site_that_the_plan_has_no_more_goes_to_another_item() -> None:
    briefing = then(attached(scheduled(), to=TWO), BriefingEdited(plan(endpoints=(HA_NOI, THANH_HOA))))

    events = documents.address(briefing, at(0), document=REPORT, addressees=TWO, item="Khai mạc")

    assert events == (DocumentAddressed(REPORT, TWO, "Khai mạc"),)


def test_document_keeps_its_agenda_item_when_that_was_renamed() -> None:
    briefing = then(scheduled(), DocumentAttached(REPORT, file(), ALL, "Mục đã đổi tên"))

    moved = documents.address(briefing, at(0), document=REPORT, addressees=TWO, item="Mục đã đổi tên")

    assert moved == (DocumentAddressed(REPORT, TWO, "Mục đã đổi tên"),)


@pytest.mark.parametrize("rule", [documents.withdraw, documents.restore])
def test_unknown_document_is_not_found(rule: Any) -> None:
    with pytest.raises(NoSuchDocument):
        rule(scheduled(), at(0), document=REPORT)


def test_sites_that_are_meant_come_in_the_plans_order() -> None:
    assert documents.meant(scheduled(), Addressees(False, (CA_MAU, EndpointCode("zz"), HA_NOI))) == (HA_NOI, CA_MAU)
