"""The rules behind the live pages: pure functions, called in the browser they are written for."""

from collections.abc import AsyncIterator
from dataclasses import is_dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from server.core.events import chair as chair_events
from server.core.events import floor as floor_events
from server.web.pages.static_files import static
from tests.pages.live.conftest import page_of
from tests.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(served: Service, camera: Browser) -> AsyncIterator[Page]:
    path = await served.briefing(until="draft")
    page = await camera.new_page(base_url=served.url, locale="en-US", extra_http_headers=served.bearer("chair"))
    await page.goto(page_of(path, "chair"))
    yield page
    await page.close()


async def run(page: Page, module: str, code: str, value: Any = None) -> Any:
    """Run code with a module's exports as `m` and a value as `value`."""
    body = f"async ([address, value]) => {{ const m = await import(address); return {code}; }}"
    return await page.evaluate(body, [static(f"js/{module}"), value])


STREAM = (
    ":\n\nretry: 1000\n\nid: 7\nevent: journal\ndata: {\r\ndata: }\n\n"
    "event: status\ndata:x\n\nevent: nothing\n\ndata: của\n\nid: 9"
)
MESSAGES = [
    {"event": "journal", "data": "{\n}", "id": "7"},
    {"event": "status", "data": "x", "id": "7"},
    {"event": "message", "data": "của", "id": "7"},
]


async def test_stream_is_parsed_the_same_however_it_is_cut(page: Page) -> None:
    parse = """value.cuts.map((cut) => {
      const heard = [];
      const take = m.createParser((message) => heard.push(message));
      [value.text.slice(0, cut), value.text.slice(cut)].forEach(take);
      return heard;
    })"""
    heard = await run(page, "live/sse.js", parse, {"text": STREAM, "cuts": list(range(len(STREAM)))})

    assert heard == [MESSAGES] * len(STREAM)


async def test_back_off_doubles_to_ten_seconds_and_half_of_it_is_chance(page: Page) -> None:
    waits = await run(page, "live/retry.js", "[0, 1, 2, 3, 4, 5, 50].map((n) => [m.backOff(n, 0), m.backOff(n, 1)])")

    assert waits == [[0.25, 0.5], [0.5, 1], [1, 2], [2, 4], [4, 8], [5, 10], [5, 10]]


FINE = {"starved": False, "tired": False, "room": 0}


@pytest.mark.parametrize(
    ("seconds", "sending"),
    [
        ([{"starved": True}] * 2 + [{}] + [{"starved": True}] * 2, "both"),
        ([{"starved": True}] * 3, "large"),
        ([{"starved": True}] * 3 + [{"room": 2_000_000}] * 4, "large"),
        ([{"starved": True}] * 3 + [{"room": 2_000_000}] * 5, "both"),
        ([{"starved": True}] * 3 + [{"room": 600_000}] * 9, "large"),
        (([{"starved": True}] * 3 + [{"room": 2_000_000}] * 5) * 2, "large"),
        (([{"starved": True}] * 3 + [{"room": 2_000_000}] * 10) * 2, "both"),
        ([{"tired": True}] * 9 + [{}], "both"),
        ([{"tired": True}] * 10 + [{"room": 2_000_000}] * 9, "large"),
    ],
)
async def test_layers_are_balanced_by_the_line_and_the_computer(page: Page, seconds: list[Any], sending: str) -> None:
    code = """(() => {
      const balance = new m.Balance();
      for (const second of value) balance.look(second);
      return balance.sending;
    })()"""

    assert await run(page, "live/layers.js", code, [{**FINE, **second} for second in seconds]) == sending


async def test_server_clock_trusts_the_message_that_was_least_late(page: Page) -> None:
    code = """(() => {
      const clock = new m.ServerClock();
      clock.hear("2026-11-22T01:00:00.000Z", Date.parse("2026-11-22T00:00:00.900Z"));
      clock.hear("2026-11-22T01:00:01.000Z", Date.parse("2026-11-22T00:00:01.020Z"));
      return clock.now(Date.parse("2026-11-22T00:00:05.000Z")) - Date.parse("2026-11-22T01:00:05.000Z");
    })()"""

    assert await run(page, "live/clock.js", code) == -20


FLOOR: dict[str, Any] = {
    "turn": {"endpoint": "38", "held_until": None, "paused": False},
    "queue": [{"endpoint": "01"}, {"endpoint": "96"}, {"endpoint": "92"}],
    "on_deck": ["96", "92"],
    "muted": False,
}


async def test_standing_is_read_from_the_floor(page: Page) -> None:
    standings = await run(
        page, "live/standing.js", "['38', '01', '96', '92', '48'].map((c) => m.standingOf(value, c))", FLOOR
    )

    assert standings == [
        {"kind": "on_air", "turn": FLOOR["turn"]},
        {"kind": "waiting", "place": 1, "before": 0, "request": {"endpoint": "01"}},
        {"kind": "on_deck", "place": 2, "before": 0, "request": {"endpoint": "96"}},
        {"kind": "on_deck", "place": 3, "before": 1, "request": {"endpoint": "92"}},
        {"kind": "idle"},
    ]


async def test_stage_is_the_hub_for_the_speaker_and_while_nobody_speaks(page: Page) -> None:
    code = "[m.stageIsHub(value, '38'), m.stageIsHub(value, '01'), m.stageIsHub({...value, turn: null}, '01')]"

    assert await run(page, "live/standing.js", code, FLOOR) == [True, False, True]


async def test_stage_is_the_hub_while_the_speaker_is_interrupted_or_sits_in_the_hubs_room(page: Page) -> None:
    floors = [
        {**FLOOR, "turn": {**FLOOR["turn"], "paused": True}},
        {**FLOOR, "muted": True},
        {**FLOOR, "turn": {**FLOOR["turn"], "endpoint": "hub"}},
    ]

    assert await run(page, "live/standing.js", "value.map((f) => m.stageIsHub(f, '01'))", floors) == [True] * 3
    assert await run(page, "live/standing.js", "m.standingOf(value, '38').kind", floors[0]) == "paused"


WRITTEN_AT = "2026-11-22T01:00:00.000Z"
TURN = {"allotted": 300, "spent": 200, "standing": False, "paused": False, "held_until": None}


@pytest.mark.parametrize(
    ("turn", "later", "state", "clock", "word"),
    [
        ({}, 35, "calm", "1:05", "3:55 / 5:00"),
        ({}, 40, "last", "1:00", "Less than 1 minute left"),
        ({}, 99.5, "last", "0:01", "Less than 1 minute left"),
        ({}, 135, "over", "+0:35", "Over time by 0:35"),
        ({"allotted": None}, 40, "calm", "4:00", "No limit"),
        ({"paused": True, "standing": True}, 400, "paused", "1:40", "Interrupted"),
        ({"held_until": WRITTEN_AT, "standing": True}, 400, "held", "1:40", "Line lost"),
    ],
)
async def test_time_of_a_turn_has_five_states(
    page: Page, *, turn: dict[str, Any], later: float, state: str, clock: str, word: str
) -> None:
    code = """(() => {
      const time = m.timeOf(value.turn, value.at, Date.parse(value.at) + value.later * 1000);
      return [time.state, m.timeWritten(time), m.timeWord(time, value.turn)];
    })()"""
    value = {"turn": {**TURN, **turn}, "at": WRITTEN_AT, "later": later}

    assert await run(page, "live/turn_time.js", code, value) == [state, clock, word]


HAPPENED = [
    ("FloorRequested", {"endpoint": "38", "speaker": "Lan"}, "38 asks to speak: Lan"),
    ("FloorRequested", {"endpoint": "38", "speaker": "Lan", "registered": True}, "38 is registered to speak: Lan"),
    ("FloorRequested", {"endpoint": "38", "speaker": "", "asked_by": "Mai"}, "Mai asked for 38: –"),
    ("RequestAmended", {"endpoint": "38", "speaker": "Lan"}, "38 changed its request: Lan"),
    ("RequestDenied", {"endpoint": "38", "reason": "Hết giờ"}, "The chair denied the request of 38: Hết giờ"),
    ("QueuePolicySet", {"policy": "agenda", "reason": ""}, "The queue is ordered: By agenda item"),
    ("EndpointSkipped", {"endpoint": "38", "reason": ""}, "38 was passed over and keeps its place"),
    ("FloorGranted", {"endpoint": "38", "speaker": "Lan", "recalled": True}, "38 was called back: Lan"),
    (
        "FloorGranted",
        {"endpoint": "38", "speaker": "Lan", "out_of_order": True, "reason": "Bão"},
        "38 has the floor before others: Lan: Bão",
    ),
    ("TurnPaused", {"endpoint": "38"}, "The chair interrupted 38"),
    ("TurnContinued", {"endpoint": "38"}, "38 goes on speaking"),
    ("TurnExtended", {"endpoint": "38", "seconds": 60}, "38 was given 60 s more"),
    ("TurnExtended", {"endpoint": "38", "seconds": -60}, "38 has 60 s less"),
    ("EveryoneMuted", {}, "The chair muted everyone"),
    ("MuteLifted", {}, "The chair lifted the mute"),
    ("MoveUndone", {"what": "granted"}, "The chair took back that it gave the floor"),
    ("ChairTaken", {"name": "Lan", "reason": "handed_over"}, "The chair was handed over to Lan"),
    ("ChairLeft", {"reason": "lapsed"}, "The chair's page was lost: nobody acts as the chair"),
]


@pytest.mark.parametrize(("kind", "data", "sentence"), HAPPENED)
async def test_entry_of_the_floor_is_written_as_a_sentence(
    page: Page, kind: str, data: dict[str, Any], sentence: str
) -> None:
    code = "m.sentenceOf(value, (code) => code)"

    assert await run(page, "status/sentences.js", code, {"kind": kind, "data": data}) == sentence


async def test_every_kind_of_the_floor_and_the_chair_has_a_sentence(page: Page) -> None:
    kinds = [
        name
        for module in (floor_events, chair_events)
        for name, kind in vars(module).items()
        if is_dataclass(kind) and kind.__module__ == module.__name__
    ]
    code = "value.filter((kind) => !m.floorSentence(kind, {what: 'muted', name: 'Lan'}, String))"

    assert await run(page, "status/floor_sentences.js", code, kinds) == []


async def test_queue_is_shifted_by_one_place_and_not_beyond_its_ends(page: Page) -> None:
    code = "[[8, -1], [8, 1], [7, -1], [9, 1], [5, 1]].map(([n, by]) => m.shifted(value, n, by).join(''))"

    assert await run(page, "chair/queue.js", code, [7, 8, 9]) == ["879", "798", "789", "789", "789"]


@pytest.mark.parametrize(
    ("chair", "kind"),
    [
        ({"actor": None, "attended": False}, "free"),
        ({"actor": "user:lan", "attended": False}, "free"),
        ({"actor": "user:mai", "attended": False}, "free"),
        ({"actor": "user:lan", "attended": True}, "mine"),
        ({"actor": "user:mai", "attended": True}, "other"),
    ],
)
async def test_chair_is_free_while_nobody_holds_its_lease(page: Page, chair: dict[str, Any], kind: str) -> None:
    assert await run(page, "chair/seat.js", "m.kindOf(value, 'user:lan')", chair) == kind


async def test_turns_that_are_over_add_up_to_what_a_site_has_spoken(page: Page) -> None:
    turns = [
        over("38", "Bà Hoa", 90),
        {**over("01", "Ông Minh", 10), "ended_at": None, "reason": None},
        over("38", "Ông Tư", 30, waited_seconds=10),
        over("hub", "Ông An", 40),
        over("hub", "Bà Bé", 20),
        over("96", "Bà Ba", 3, reason="undone"),
    ]

    assert await run(page, "chair/spoken.js", "[...m.totalled(value).values()]", turns) == [
        {"endpoint": "38", "speaker": "Ông Tư", "count": 2, "seconds": 110},
        {"endpoint": "hub", "speaker": "Ông An", "count": 1, "seconds": 40},
        {"endpoint": "hub", "speaker": "Bà Bé", "count": 1, "seconds": 20},
    ]


def over(endpoint: str, speaker: str, seconds: float, **more: Any) -> dict[str, Any]:
    """A turn of the record that is over."""
    ended = {"ended_at": WRITTEN_AT, "reason": "released", "waited_seconds": 0}
    return {"endpoint": endpoint, "speaker": speaker, "seconds": seconds, **ended, **more}


@pytest.mark.parametrize(
    ("filter_by", "search", "found"),
    [
        ("all", "", ["Ông An", "Bà Bé"]),
        ("spoken", "be", ["Bà Bé"]),
        ("away", "", []),
        ("unchecked", "an", []),
    ],
)
async def test_people_of_the_hub_are_listed_who_have_spoken(
    page: Page, filter_by: str, search: str, found: list[str]
) -> None:
    spoken = [["38", over("38", "x", 1)], ["hub a", over("hub", "Ông An", 1)], ["hub b", over("hub", "Bà Bé", 1)]]
    code = "m.peopleOf(new Map(value.spoken), value.filter, value.search).map((one) => one.name)"

    asked = {"spoken": spoken, "filter": filter_by, "search": search}
    assert await run(page, "chair/sites.js", code, asked) == found


CLAIMS = """(() => {
  const claim = new m.Claim();
  return value.flatMap(([what, media]) => {
    const said = claim[what](media);
    return said ? [[said, claim.isLost]] : [];
  });
})()"""


@pytest.mark.parametrize(
    ("steps", "heard"),
    [
        ("hear b", [("later", False)]),  # this page does not send: another device does
        ("make, hear b, begin a, hear a, hear c", [("earlier", True), ("own", False), ("later", False)]),
        ("make, begin a, hear b", [("earlier", True)]),  # ours has not been named yet
        ("make, begin a, hear a, begin A, hear b, hear A", [("own", False), ("earlier", True), ("own", False)]),
        ("make, begin a, begin A, hear a, hear b", [("own", False), ("earlier", True)]),  # the news of a comes late
        ("make, begin a, hear a, release, hear b", [("own", False), ("later", False)]),
        ("make, begin a, hear a, release, make, hear b", [("own", False), ("earlier", True)]),
    ],
)
async def test_of_two_devices_the_one_that_came_later_goes_on(
    page: Page, steps: str, heard: list[tuple[str, bool]]
) -> None:
    told = await run(page, "live/claim.js", CLAIMS, [step.split() for step in steps.split(", ")])

    assert [tuple(one) for one in told] == heard


async def test_positions_stack_and_the_headcount_is_suggested(page: Page) -> None:
    entry: dict[str, Any] = {
        "local_chair": "Lê Thị Mai, Chủ tịch",
        "delegates": [
            {"name": "Lê Thị Mai", "attendance": "present"},
            {"name": "Trần Quốc", "attendance": "absent"},
            {"name": "Vũ Hà", "attendance": "substitute"},
        ],
        "headcount": None,
    }
    alone: dict[str, Any] = {"local_chair": "Vũ Hà", "delegates": [], "headcount": None}

    assert await run(page, "site/draft.js", "m.positionsOf(' Giám đốc Sở,  Tỉnh ủy viên; ,')") == [
        "Giám đốc Sở",
        "Tỉnh ủy viên",
    ]
    assert await run(page, "site/draft.js", "value.map(m.suggestedHeadcount)", [entry, alone]) == [2, 1]


async def test_names_are_shortened_for_a_tile(page: Page) -> None:
    names = ["Hà Nội", "Thừa Thiên Huế", "Bà Rịa - Vũng Tàu", "Hồ Chí Minh"]

    short = await run(page, "status/order.js", "value.map(m.shortName)", names)

    assert short == ["Hà Nội", "TT Huế", "BR-VT", "Hồ Chí Minh"]


def sighted(code: str, presence: str, line: str | None = None, *, checked: bool = True) -> dict[str, Any]:
    """An endpoint of the status document; `line` is the state of its health, None without media."""
    return {
        "code": code,
        "name": code,
        "presence": presence,
        "publishing": line is not None,
        "check_in": {"headcount": 3} if checked else None,
        "health": line and {"state": line, "loss": 0.0},
    }


SITES = [
    sighted("01", "present", "good"),
    sighted("02", "present", "poor"),
    sighted("04", "lost"),
    sighted("06", "absent", checked=False),
    sighted("08", "present", "fair"),
    sighted("10", "present"),
    sighted("11", "present", "good", checked=False),
]


async def test_worst_comes_first_and_each_trouble_stands_in_one_group(page: Page) -> None:
    order = await run(page, "status/order.js", "m.sorted(value, 'condition').map((site) => site.code)", SITES)
    groups = await run(page, "status/attention.js", "m.triage(value).map((g) => g.sites.map((s) => s.code))", SITES)

    assert order == ["04", "02", "10", "06", "08", "01", "11"]
    assert groups == [["04"], ["02"], ["10"], ["06"], ["08"], ["11"]]


async def test_endpoints_are_found_without_accents(page: Page) -> None:
    sites = [{"code": "38", "name": "Thanh Hóa", "presence": "present"}, {"code": "66", "name": "Đắk Lắk"}]
    code = "['thanh hoa', 'dak', '66', 'zz'].map((text) => m.chosen(value, 'all', text).map((s) => s.code))"

    assert await run(page, "chair/sites.js", code, sites) == [["38"], ["66"], ["66"], []]


async def test_loudness_spans_silence_to_full_scale(page: Page) -> None:
    code = "[0, 0.001, 0.5, 1].map((a) => Number(m.loudness(new Float32Array(64).fill(a)).toFixed(2)))"

    assert await run(page, "live/levels.js", code) == [0, 0, 1, 1]


def sending(code: str, *signals: str, state: str = "good") -> dict[str, Any]:
    """A site that is here, checked in and sends."""
    health = {"state": state, "signals": signals}
    here = {"presence": "present", "publishing": True, "late": False, "check_in": {}}
    return {"code": code, "name": code, "health": health, **here}


async def test_faults_are_counted_by_their_word_between_poor_and_fair_lines(page: Page) -> None:
    sites = [
        sending("01", state="fair"),
        sending("38", "black"),
        sending("48", "frozen", "clipping"),
        sending("75", "level_mismatch"),
        sending("79", "black", state="fair"),
        sending("92", "silent", state="poor"),
        {**sending("hub", "no_signal"), "check_in": None},
        {**sending("96"), "check_in": None},
    ]
    groups = await run(
        page, "status/attention.js", "m.triage(value).map((g) => [g.word, ...g.sites.map((s) => s.code)])", sites
    )

    assert groups == [
        ["poor line", "92"],
        ["no signal", "hub"],
        ["black picture", "38", "79"],
        ["frozen picture", "48"],
        ["wrong sound level", "75"],
        ["fair line", "01"],
        ["not checked in", "96"],
    ]
