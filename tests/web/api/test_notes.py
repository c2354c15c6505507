"""Notes over HTTP: taken, written anew, removed and restored; what becomes of them; amendments of the record."""

import json
from typing import Any

import pytest

from tests.service import Answer, Service

TASK: dict[str, Any] = {
    "kind": "task",
    "text": "Rà soát hồ, đập",
    "endpoint": "38",
    "owner": "Sở NN&MT",
    "partners": ["Sở Xây dựng"],
    "due": "2026-12",
}
ASKED: dict[str, Any] = {
    "kind": "recommendation",
    "text": "Cấp thêm vốn",
    "endpoint": "01",
    "addressee": "Bộ Tài chính",
}


async def taken(served: Service, path: str, note: dict[str, Any], who: str = "secretary") -> Answer:
    answer = await served.call("POST", f"{path}/notes", who, note)
    assert answer.status == 201, answer.text
    return answer


async def test_a_note_belongs_to_the_turn_and_the_moment_it_names(served: Service) -> None:
    path = await served.briefing()
    await served.call("POST", f"{path}/floor/requests", "secretary", {"endpoint": "38", "speaker": "Bà Hoa"})
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    now = (await served.call("GET", f"{path}/status", "secretary")).body["now"]

    answer = await taken(served, path, {**TASK, "turn": 1, "about": now})

    assert answer.headers["Location"] == f"{path}/notes/1"
    assert answer.headers["ETag"] == '"1"'
    note = answer.body
    assert (note["number"], note["turn"], note["about"]) == (1, 1, now)
    assert (note["name"], note["owner"], note["due"]) == ("Thanh Hóa", "Sở NN&MT", "2026-12")
    assert (note["state"], note["finished"], note["revision"]) == ("open", False, 1)
    assert note["taken_by"] == "token:secretary"
    assert (await served.call("GET", f"{path}/notes/1", "operator")).body == note
    assert (await served.call("GET", f"{path}/notes", "chair")).body == {"notes": [note]}


async def test_a_note_sent_again_because_its_answer_was_lost_is_there_once(served: Service) -> None:
    path = await served.briefing()
    now = (await served.call("GET", f"{path}/status", "secretary")).body["now"]

    first, again = [await taken(served, path, {**TASK, "about": now}) for _ in range(2)]

    assert (again.headers["Location"], again.body) == (first.headers["Location"], first.body)
    assert (await served.call("GET", f"{path}/notes", "chair")).body == {"notes": [first.body]}


async def test_a_note_without_a_moment_is_about_now_and_keeps_it_when_written_anew(served: Service) -> None:
    path = await served.briefing()
    first = (await taken(served, path, {"kind": "remark", "text": "Kém tiếng"})).body

    second = await served.call("PUT", f"{path}/notes/1", "organizer", {"kind": "conclusion", "text": "Thống nhất"})

    assert (second.status, second.body["kind"], second.body["about"]) == (200, "conclusion", first["about"])
    assert [one["note"]["text"] for one in second.body["versions"]] == ["Kém tiếng", "Thống nhất"]
    assert second.body["versions"][1]["author"] == "token:organizer"


async def test_two_secretaries_lose_nothing(served: Service) -> None:
    path = await served.briefing()
    await taken(served, path, TASK)
    mine, theirs = {**TASK, "text": "Rà soát hồ"}, {**TASK, "text": "Rà soát đập"}

    won = await served.call("PUT", f"{path}/notes/1", "secretary", mine, If_Match='"1"')
    lost = await served.call("PUT", f"{path}/notes/1", "organizer", theirs, If_Match='"1"')
    gone = await served.call("POST", f"{path}/notes/1/remove", "organizer", {"reason": "nhầm"}, If_Match='"1"')
    anyway = await served.call("PUT", f"{path}/notes/1", "organizer", theirs, If_Match="*")

    assert (won.status, won.headers["ETag"]) == (200, '"2"')
    assert [(one.status, one.code) for one in (lost, gone)] == [(412, "stale_note")] * 2
    assert anyway.body["text"] == "Rà soát đập"


async def test_a_removed_note_stays_readable_and_comes_back(served: Service) -> None:
    path = await served.briefing()
    await taken(served, path, TASK)

    unsaid = await served.call("POST", f"{path}/notes/1/remove", "secretary", {})
    removed = await served.call("POST", f"{path}/notes/1/remove", "secretary", {"reason": "ghi nhầm"})
    listed = (await served.call("GET", f"{path}/notes", "secretary")).body["notes"]
    restored = await served.call("POST", f"{path}/notes/1/restore", "secretary")

    assert unsaid.code == "reason_needed"
    assert (removed.body["removed"]["reason"], removed.body["removed"]["author"]) == ("ghi nhầm", "token:secretary")
    assert listed == [removed.body]
    assert restored.body["removed"] is None


async def test_after_the_end_notes_are_taken_and_changed_with_a_reason_only(served: Service) -> None:
    path = await served.briefing()
    await taken(served, path, TASK)
    await served.call("POST", f"{path}/close", "chair")

    late = await taken(served, path, {"kind": "conclusion", "text": "Giao Văn phòng theo dõi"})
    unsaid = await served.call("PUT", f"{path}/notes/1", "secretary", {**TASK, "due": "2026-Q4"})
    said = await served.call("PUT", f"{path}/notes/1", "secretary", {**TASK, "due": "2026-Q4", "reason": "nghe lại"})

    assert late.body["number"] == 2
    assert (unsaid.status, unsaid.code) == (422, "reason_needed")
    assert (said.body["due"], said.body["versions"][1]["reason"]) == ("2026-Q4", "nghe lại")


async def test_a_task_moves_through_its_states(served: Service) -> None:
    path = await served.briefing()
    await taken(served, path, {**TASK, "due": "2020-01-31"})
    where = f"{path}/notes/1/state"

    late = (await served.call("GET", f"{path}/notes/1", "secretary")).body["late"]
    begun = await served.call("POST", where, "organizer", {"state": "in_work", "comment": "đã giao Sở"})
    done = await served.call("POST", where, "secretary", {"state": "done", "on": "2020-02-02"})
    again = await served.call("POST", where, "secretary", {"state": "in_work"})
    silent = await served.call("POST", where, "secretary", {"state": "returned"})
    back = await served.call(
        "POST", where, "secretary", {"state": "returned", "comment": "thiếu số liệu", "due": "2199-Q1"}
    )

    assert (late["days"] > 2000, late["precision"]) == (True, "day")
    assert (begun.body["state"], begun.body["moves"][0]["comment"]) == ("in_work", "đã giao Sở")
    assert (done.body["finished"], done.body["late"]) == (True, {"days": 2, "periods": 2, "precision": "day"})
    assert [(one.status, one.code) for one in (again, silent)] == [(409, "illegal_task_move"), (422, "reason_needed")]
    assert (back.body["state"], back.body["due"], back.body["late"]["days"]) == ("returned", "2199-Q1", 0)


async def test_a_recommendation_is_answered_and_a_task_is_not(served: Service) -> None:
    path = await served.briefing()
    await taken(served, path, ASKED)
    await taken(served, path, TASK)

    answered = await served.call("POST", f"{path}/notes/1/answers", "secretary", {"by": "Bộ", "text": "Đã bố trí"})
    refused = await served.call("POST", f"{path}/notes/2/answers", "secretary", {"text": "Đã bố trí"})
    to_come = await served.call("POST", f"{path}/notes/1/answers", "secretary", {"text": "Sẽ", "on": "2199-01-01"})

    assert (answered.status, answered.body["finished"]) == (201, True)
    assert [(one["by"], one["text"]) for one in answered.body["answers"]] == [("Bộ", "Đã bố trí")]
    assert [refused.code, to_come.code] == ["not_a_task", "day_to_come"]


async def test_a_report_is_appraised(served: Service) -> None:
    path = await served.briefing()
    await taken(served, path, {"kind": "report", "text": "Báo cáo quý IV", "owner": "Văn phòng", "due": "2026-Q4"})

    comment = {"by": "Bộ KH&CN", "text": "Thiếu phụ lục", "due": "2027-01-15"}
    appraised = await served.call("POST", f"{path}/notes/1/appraisals", "secretary", comment)
    done = await served.call("POST", f"{path}/notes/1/state", "secretary", {"state": "done"})

    assert appraised.status == 201
    assert [(one["text"], one["due"], one["settled"]) for one in appraised.body["appraisals"]] == [
        ("Thiếu phụ lục", "2027-01-15", False)
    ]
    assert done.body["appraisals"][0]["settled"]


async def test_what_is_unfinished_goes_on_in_a_briefing_that_exists(served: Service) -> None:
    path, following = await served.briefing(), await served.briefing(until="draft")
    await taken(served, path, TASK)
    where, briefing = f"{path}/notes/1/carry-over", following.rsplit("/", 1)[1]

    nowhere = await served.call("POST", where, "secretary", {"briefing": "nosuchbriefing"})
    neither = await served.call("POST", where, "secretary", {})
    carried = await served.call("POST", where, "secretary", {"briefing": briefing, "due": "2027-01"})

    assert [(one.status, one.code) for one in (nowhere, neither)] == [
        (404, "no_such_briefing"),
        (422, "nowhere_to_carry"),
    ]
    assert (carried.body["state"], carried.body["carried_to"], carried.body["due"]) == (
        "carried_over",
        briefing,
        "2027-01",
    )


async def test_nothing_goes_on_in_a_briefing_that_is_over(served: Service) -> None:
    path, over = await served.briefing(), await served.briefing()
    await served.call("POST", f"{over}/close", "chair")
    await taken(served, path, TASK)

    refused = await served.call("POST", f"{path}/notes/1/carry-over", "secretary", {"briefing": over.rsplit("/", 1)[1]})

    assert (refused.status, refused.code) == (422, "nowhere_to_carry")


async def test_who_takes_notes_as_a_secretary_keeps_the_minutes(served: Service) -> None:
    path = await served.briefing()
    for who in ("organizer", "secretary", "secretary"):
        await taken(served, path, TASK, who)
    refused = await served.call("POST", f"{path}/notes", "secretary", {**TASK, "text": " "})

    record = (await served.call("GET", f"{path}/record", "chair")).body

    assert refused.status == 422
    assert [(one["secretary"], one["name"]) for one in record["secretaries"]] == [("token:secretary", "secretary")]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"text": " "}, 422, "note_text"),
        ({"text": "x" * 5001}, 422, "invalid_body"),
        ({"text": "a\u0000"}, 422, "invalid_body"),
        ({"kind": "wish"}, 422, "invalid_body"),
        ({"kind": "conclusion"}, 422, "note_field"),
        ({"endpoint": "99"}, 404, "not_invited"),
        ({"due": "2026-13"}, 422, "bad_due_date"),
        ({"turn": 1}, 422, "no_such_turn"),
        ({"turn": 10**30}, 422, "invalid_body"),
        ({"about": "2199-01-01T00:00:00Z"}, 422, "note_moment"),
        ({"about": "hôm qua"}, 422, "invalid_body"),
        ({"partners": "Sở"}, 422, "invalid_body"),
        ({"surprise": 1}, 422, "invalid_body"),
    ],
)
async def test_an_absurd_note_is_refused_and_nothing_is_written(
    served: Service, change: dict[str, Any], status: int, code: str
) -> None:
    path = await served.briefing()

    refused = await served.call("POST", f"{path}/notes", "secretary", {**TASK, **change})

    assert (refused.status, refused.code) == (status, code)
    assert (await served.call("GET", f"{path}/notes", "secretary")).body == {"notes": []}


@pytest.mark.parametrize("number", ["1", "0", "-1", "x", "1e3", "99999999999999999999"])
async def test_a_note_that_is_not_there_is_not_found(served: Service, number: str) -> None:
    path = await served.briefing()

    for method, where in (("GET", ""), ("PUT", ""), ("POST", "/remove"), ("POST", "/restore")):
        body = TASK if method == "PUT" else {"reason": "x"} if where == "/remove" else None
        assert (await served.call(method, f"{path}/notes/{number}{where}", "secretary", body)).code == "no_such_note"


async def test_before_the_lobby_opens_there_is_nothing_to_note(served: Service) -> None:
    path = await served.briefing(until="draft")

    assert (await served.call("POST", f"{path}/notes", "secretary", TASK)).code == "wrong_phase"


async def test_an_amendment_stands_beside_the_record(served: Service) -> None:
    path = await served.briefing()
    amendment = {"subject": "attendance", "endpoint": "38", "text": "Có mặt 12 người", "reason": "đếm lại"}
    early = await served.call("POST", f"{path}/amendments", "secretary", amendment)
    await served.call("POST", f"{path}/close", "chair")

    made = await served.call("POST", f"{path}/amendments", "secretary", amendment)
    unsaid = await served.call("POST", f"{path}/amendments", "secretary", {**amendment, "reason": ""})
    nobody = await served.call("POST", f"{path}/amendments", "secretary", {**amendment, "endpoint": None})

    assert early.code == "wrong_phase"
    assert (made.status, made.body["number"], made.body["name"]) == (201, 1, "Thanh Hóa")
    assert [unsaid.code, nobody.code] == ["reason_needed", "not_invited"]
    assert (await served.call("GET", f"{path}/amendments", "chair")).body == {"amendments": [made.body]}
    record = (await served.call("GET", f"{path}/record?format=json", "secretary")).body
    assert record["amendments"] == [made.body]


async def test_the_journal_of_a_closed_briefing_stays_sound_when_notes_are_added(served: Service) -> None:
    path = await served.briefing()
    await served.call("POST", f"{path}/close", "chair")
    await taken(served, path, TASK)

    verified = (await served.call("GET", f"{path}/verify", "secretary")).body

    assert (verified["sound"], verified["head"]["seq"]) == (True, verified["entries"])


async def test_staff_hear_of_notes_on_the_stream_and_sites_do_not(served: Service) -> None:
    path = await served.briefing()
    await taken(served, path, TASK)
    status = (await served.call("GET", f"{path}/status", "secretary")).body
    await served.call("POST", f"{path}/close", "organizer")

    read = []
    for who in ("secretary", "hub"):
        async with served.http.get(f"{path}/events?after={status['seq'] - 1}", headers=served.bearer(who)) as stream:
            async for line in stream.content:
                data = json.loads(line.removeprefix(b"data: ")) if line.startswith(b'data: {"') else {}
                read += [(who, data["kind"])] if "kind" in data else []
                if data.get("kind") == "BriefingClosed":
                    break

    assert read == [("secretary", "NoteTaken"), ("secretary", "BriefingClosed"), ("hub", "BriefingClosed")]
