"""Any commands in any order, plausible and absurd: what always holds, whatever happens."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.core import briefing as life
from server.core import checkin, content, floor, presence, queue, recording, results
from server.core.errors import UserError
from server.core.events import (
    AgendaItem,
    AmendmentSubject,
    Attendance,
    BriefingKind,
    CheckIn,
    Classification,
    ClosedBecause,
    Delegate,
    Event,
    ExpectedDelegates,
    FloorGranted,
    LeftBecause,
    Note,
    NoteCarriedOver,
    NoteKind,
    Official,
    Period,
    Plan,
    QueuePolicy,
    RecordingDeletedBecause,
    SpeechDetected,
    TaskMoved,
    TaskState,
    Technician,
    decode,
)
from server.core.ids import HUB, ConnectionId, EndpointCode, MediaId, RosterName
from server.core.journal import Entry, row_of, seal, verify
from server.core.plan import STATE_SECRETS
from server.core.state import ENDED, RUNNING, TASKS, Briefing, Content, Phase, fold
from server.core.state.floor import arranged
from tests.core.cast import CA_MAU, GRACE, HA_NOI, LAN, STRANGER, THANH_HOA, at, fresh, plan

Decision = Callable[[Briefing, datetime], tuple[Event, ...]]

SITES = st.sampled_from([HA_NOI, THANH_HOA, CA_MAU])
CODES = SITES | st.sampled_from([STRANGER, HUB, EndpointCode("")])
CONNECTIONS = st.sampled_from([ConnectionId(name) for name in "abcdefghij"])
MEDIA = st.sampled_from([MediaId(name) for name in "uvwxyz"])
TEXTS = st.sampled_from(["Ông Minh", "", "x" * 301, "\ud800", "a\0", "=1+1"])
MOMENTS = st.integers(-2 * 86400, 2 * 86400).map(at)
DAYS = st.sampled_from([date(1999, 12, 31), date(2026, 5, 1), date(2026, 5, 31)])
ONE_WAY = plan(kind=BriefingKind.QUICK_NOTIFICATION, agenda=())
PLANS = st.builds(
    Plan,
    title=TEXTS,
    starts_at=MOMENTS,
    ends_at=MOMENTS,
    roster=st.sampled_from([RosterName("63"), RosterName("34")]),
    endpoints=st.lists(CODES, max_size=4).map(tuple),
    agenda=st.lists(st.builds(AgendaItem, TEXTS, st.integers()), max_size=3).map(tuple),
    kind=st.sampled_from(BriefingKind),
    classification=st.sampled_from(Classification),
    period=st.none() | st.builds(Period, DAYS, DAYS),
    presiding=st.lists(st.builds(Official, TEXTS, TEXTS, st.booleans()), max_size=2).map(tuple),
    technicians=st.lists(st.builds(Technician, TEXTS, TEXTS), max_size=2).map(tuple),
    expected=st.lists(st.builds(ExpectedDelegates, st.lists(TEXTS, max_size=2).map(tuple)), max_size=2).map(tuple),
    notes=TEXTS,
) | st.sampled_from([plan(), plan(title="Khác"), plan(agenda=()), plan(endpoints=(HA_NOI,)), ONE_WAY])
DELEGATES = st.builds(Delegate, TEXTS, st.lists(TEXTS, max_size=2).map(tuple), st.sampled_from(Attendance), TEXTS)
CHECK_INS = st.builds(
    CheckIn, TEXTS, st.lists(DELEGATES, max_size=3).map(tuple), st.integers(-1, 5) | st.integers()
) | st.sampled_from([CheckIn("Ông Minh", (), 3), CheckIn("Bà Hoa", (), 4)])


DUE = st.sampled_from(["", "2026-12-15", "2026-Q4", "2026-13", "mai"])
TODAY = at(0).date()
NOTES = st.builds(
    Note,
    st.sampled_from(NoteKind),
    TEXTS,
    MOMENTS,
    st.none() | st.integers(-1, 3),
    st.none() | CODES,
    owner=TEXTS,
    partners=st.lists(TEXTS, max_size=2).map(tuple),
    due=DUE,
) | st.sampled_from([Note(kind, "Rà soát", at(-1000)) for kind in NoteKind])


class Rules(RuleBasedStateMachine):
    """One briefing, moved like a room does: decide, seal, fold; a refusal must leave everything as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.briefing = fresh()
        self.journal: list[Entry] = []
        self.now = at(-86400)

    def move(self, decide: Decision) -> tuple[Event, ...]:
        before = self.briefing
        try:
            events = decide(before, self.now)
        except UserError:
            assert self.briefing == before
            return ()
        self.adopt(events)
        return events

    def adopt(self, events: tuple[Event, ...]) -> None:
        sealed = seal(self.briefing.id, self.briefing.head, events, actor=LAN, at=self.now)
        self.journal += sealed
        self.briefing = fold(self.briefing, sealed)

    @initialize(steps=st.sampled_from([3, 3, 3, 3, 2, 1, 0]), first=st.sampled_from([plan(), plan(), plan(), ONE_WAY]))
    def begin(self, steps: int, first: Plan) -> None:
        for move in (partial(life.draft, plan=first), life.schedule, life.open_, life.start)[: steps + 1]:
            assert self.move(move)

    @rule(seconds=st.integers(0, 90))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(plan=PLANS, edition=st.none() | st.integers(0, 5))
    def edit(self, plan: Plan, edition: int | None) -> None:
        self.move(partial(life.edit, plan=plan, edition=edition))

    @rule(move=st.sampled_from([life.schedule, life.open_, life.start, life.mark_late]))
    def live_on(self, move: Decision) -> None:
        self.move(move)

    @rule(endpoint=SITES)
    def strike_off(self, endpoint: EndpointCode) -> None:
        """The organizer takes a site off the list, or puts it back."""
        now = self.briefing.planned
        others = tuple(code for code in now.endpoints if code != endpoint)
        self.move(partial(life.edit, plan=replace(now, endpoints=others or (endpoint,))))
        self.move(partial(life.edit, plan=replace(self.briefing.planned, agenda=now.agenda[1:] or plan().agenda)))

    @precondition(lambda self: len(self.journal) > 30)
    @rule(reason=st.sampled_from(ClosedBecause))
    def close(self, reason: ClosedBecause) -> None:
        if self.move(partial(life.close, reason=reason)):
            self.everything_has_ended(Phase.CLOSED)

    @precondition(lambda self: len(self.journal) > 30)
    @rule(reason=TEXTS)
    def cancel(self, reason: str) -> None:
        if self.move(partial(life.cancel, reason=reason)):
            self.everything_has_ended(Phase.CANCELLED)

    def everything_has_ended(self, phase: Phase) -> None:
        assert (self.briefing.phase, self.briefing.ended_at) == (phase, self.now)
        assert (self.briefing.floor.turn, self.briefing.floor.queue) == (None, ())
        assert (self.briefing.hub_media, self.briefing.content, self.briefing.chair) == (None, None, None)
        assert not any(site.here for site in self.briefing.sites.values())

    @rule(index=st.integers(-1, 3))
    def move_agenda(self, index: int) -> None:
        self.move(partial(life.move_agenda, index=index))

    @rule(endpoint=CODES, connection=CONNECTIONS)
    def join(self, endpoint: EndpointCode, connection: ConnectionId) -> None:
        first = self.briefing.site(endpoint).joined_at
        self.move(partial(presence.join, endpoint=endpoint, connection=connection))
        assert first is None or self.briefing.site(endpoint).joined_at == first

    @rule(endpoint=CODES, connection=CONNECTIONS, reason=st.sampled_from(LeftBecause))
    def leave(self, endpoint: EndpointCode, connection: ConnectionId, reason: LeftBecause) -> None:
        known = connection in self.briefing.site(endpoint).connections
        gone = partial(presence.leave, endpoint=endpoint, connection=connection, reason=reason, grace=GRACE)
        assert bool(self.move(gone)) == known
        assert self.move(gone) == ()  # a second, late one changes nothing

    @rule(endpoint=CODES, media=MEDIA)
    def publish(self, endpoint: EndpointCode, media: MediaId) -> None:
        self.move(partial(presence.publishing, endpoint=endpoint, media=media))

    @rule(endpoint=CODES, media=MEDIA)
    def stop_publishing(self, endpoint: EndpointCode, media: MediaId) -> None:
        current = self.briefing.hub_media if endpoint == HUB else self.briefing.site(endpoint).media
        gone = partial(presence.stopped_publishing, endpoint=endpoint, media=media, reason="lost", grace=GRACE)
        assert bool(self.move(gone)) == (current == media)
        assert self.move(gone) == ()

    @rule()
    def restart(self) -> None:
        self.move(partial(presence.recover, grace=GRACE))
        assert not any(site.here for site in self.briefing.sites.values())
        turn, presented = self.briefing.floor.turn, self.briefing.content
        assert turn is None or turn.endpoint == HUB or turn.held_until == self.now + GRACE
        assert presented is None or presented.held_until in {None, self.now + GRACE}

    @rule(endpoint=CODES, check_in=CHECK_INS)
    def check_in(self, endpoint: EndpointCode, check_in: CheckIn) -> None:
        revision = self.briefing.site(endpoint).revision
        done = self.move(partial(checkin.check_in, endpoint=endpoint, check_in=check_in))
        assert self.briefing.site(endpoint).revision == revision + len(done)

    @rule(endpoint=CODES, speaker=TEXTS, topic=TEXTS)
    def request(self, endpoint: EndpointCode, speaker: str, topic: str) -> None:
        self.move(partial(queue.request, endpoint=endpoint, speaker=speaker, topic=topic))

    @rule(endpoint=SITES)
    def ask(self, endpoint: EndpointCode) -> None:
        self.move(partial(queue.request, endpoint=endpoint, speaker="Bà Hoa"))

    @rule(endpoint=CODES, move=st.sampled_from([queue.withdraw, queue.put_on_deck, floor.release, floor.revoke]))
    def use_the_floor(self, endpoint: EndpointCode, move: Callable[..., tuple[Event, ...]]) -> None:
        self.move(partial(move, endpoint=endpoint))

    @rule(endpoint=CODES)
    def grant(self, endpoint: EndpointCode) -> None:
        first = next((one for one in self.briefing.floor.queue if one.endpoint == endpoint), None)
        others = tuple(one for one in self.briefing.floor.queue if one != first)
        if self.move(partial(floor.grant, endpoint=endpoint)):
            assert self.briefing.floor.holder == endpoint
            assert self.briefing.floor.queue == others

    @rule(failing=st.dictionaries(CODES.filter(lambda code: code != HUB), st.just("black")))
    def grant_next(self, failing: dict[EndpointCode, str]) -> None:
        """Whoever can be seen and heard comes next; nobody else loses a place."""
        waiting = self.briefing.floor.queue
        if events := self.move(partial(floor.grant_next, failing=failing)):
            granted = next(one for one in events if isinstance(one, FloorGranted))
            assert granted.endpoint not in failing
            assert self.briefing.floor.queue == tuple(one for one in waiting if one.number != granted.request)

    @precondition(lambda self: self.briefing.floor.queue)
    @rule(place=st.integers(0, 2), move=st.sampled_from([queue.withdraw, queue.put_on_deck, floor.grant]))
    def call_one_who_waits(self, place: int, move: Callable[..., tuple[Event, ...]]) -> None:
        waiting = self.briefing.floor.queue
        asked = waiting[place % len(waiting)]
        called = self.move(partial(move, endpoint=asked.endpoint, number=asked.number))
        assert called or self.briefing.floor.called == asked.number

    @precondition(lambda self: self.briefing.floor.holder not in {None, HUB})
    @rule(media=MEDIA, back=st.booleans())
    def the_speaker_drops(self, media: MediaId, back: bool) -> None:
        """Its media comes, goes, and comes again or does not: the turn is one turn all along."""
        holder, before = self.briefing.floor.holder, self.briefing.floor.turn
        assert holder is not None
        assert before is not None
        self.move(partial(presence.publishing, endpoint=holder, media=media))
        self.move(partial(presence.stopped_publishing, endpoint=holder, media=media, reason="lost", grace=GRACE))
        turn = self.briefing.floor.turn
        assert turn is not None
        assert (turn.number, turn.started_at, turn.paused) == (before.number, before.started_at, before.paused)
        assert (turn.held_until, turn.held_for_media) == (self.now + GRACE, True)
        if back:
            self.move(partial(presence.publishing, endpoint=holder, media=MediaId("again")))
            turn = self.briefing.floor.turn
            assert turn is not None
            assert (turn.number, turn.started_at, turn.paused) == (before.number, before.started_at, before.paused)
            assert turn.held_until is None

    @rule(order=st.permutations([HA_NOI, THANH_HOA, CA_MAU]), keep=st.integers(0, 3), reason=TEXTS)
    def reorder(self, order: list[EndpointCode], keep: int, reason: str) -> None:
        waiting = self.briefing.floor.waiting
        wanted = tuple(code for code in order if code in waiting) if keep else tuple(order)
        if self.move(partial(queue.reorder, endpoints=wanted, reason=reason)):
            assert self.briefing.floor.waiting == wanted

    @rule(note=NOTES)
    def note_down(self, note: Note) -> None:
        before = self.briefing.results.notes
        taken = self.move(partial(results.take, note=note))
        assert len(self.briefing.results.notes) == len(before) + len(taken)

    @rule(number=st.integers(0, 4), note=NOTES, reason=TEXTS, revision=st.none() | st.integers(0, 3))
    def write_anew(self, number: int, note: Note, reason: str, revision: int | None) -> None:
        self.move(partial(results.amend, number=number, note=note, reason=reason, revision=revision))

    @rule(number=st.integers(0, 4), reason=TEXTS)
    def remove_or_restore(self, number: int, reason: str) -> None:
        self.move(partial(results.remove, number=number, reason=reason))
        self.move(partial(results.restore, number=number))

    @rule(number=st.integers(0, 4), state=st.sampled_from(TaskState), text=TEXTS, due=DUE)
    def follow_up(self, number: int, state: TaskState, text: str, due: str) -> None:
        moved = TaskMoved(number, state, "2026-11-23", text, due)
        if self.move(partial(results.move, number=number, event=moved, today=TODAY)):
            assert self.briefing.results.notes[number].state is state
        self.move(partial(results.answer, number=number, by=text, text=text, on="2026-11-23", today=TODAY))
        self.move(partial(results.appraise, number=number, by=text, text=text, due=due))
        carried = NoteCarriedOver(number, year=2027, comment=text, due=due)
        self.move(partial(results.carry_over, number=number, event=carried, today=TODAY))

    @rule(subject=st.sampled_from(AmendmentSubject), text=TEXTS, turn=st.none() | st.integers(0, 2), endpoint=CODES)
    def amend_the_record(self, subject: AmendmentSubject, text: str, turn: int | None, endpoint: EndpointCode) -> None:
        about = endpoint if subject is AmendmentSubject.ATTENDANCE else None
        rule = partial(results.amend_record, subject=subject, text=text, reason="x", turn=turn, endpoint=about)
        assert not self.move(rule) or self.briefing.phase is Phase.CLOSED

    @rule(speaker=TEXTS)
    def ask_in_the_hubs_room(self, speaker: str) -> None:
        self.move(partial(queue.request, endpoint=HUB, speaker=speaker))

    @rule(policy=st.sampled_from(QueuePolicy))
    def follow(self, policy: QueuePolicy) -> None:
        if self.move(partial(queue.follow, policy=policy)):
            assert self.briefing.floor.policy is policy

    @rule(endpoint=CODES, speaker=TEXTS, move=st.sampled_from([queue.amend, floor.invite]))
    def name_a_speaker(self, endpoint: EndpointCode, speaker: str, move: Callable[..., tuple[Event, ...]]) -> None:
        self.move(partial(move, endpoint=endpoint, speaker=speaker, topic=""))

    @rule(endpoint=CODES, move=st.sampled_from([floor.recall, queue.deny]))
    def call_back_or_deny(self, endpoint: EndpointCode, move: Callable[..., tuple[Event, ...]]) -> None:
        self.move(partial(move, endpoint=endpoint))

    @rule(move=st.sampled_from([floor.pause, floor.continue_, floor.mute_everyone, floor.lift_mute]))
    def interrupt(self, move: Decision) -> None:
        self.move(move)

    @rule(seconds=st.sampled_from([-60, 0, 60, 10**9]))
    def extend(self, seconds: int) -> None:
        self.move(partial(floor.extend, seconds=seconds))

    @rule()
    def undo(self) -> None:
        turn = self.briefing.floor.turn
        undo = partial(floor.undo, grace=GRACE)
        if self.move(undo):
            assert self.briefing.floor.undoable is None
            assert self.move(undo) == ()
            assert turn is None or turn.number <= self.briefing.floor.turns

    @rule()
    def lapse(self) -> None:
        turn = self.briefing.floor.turn
        due = turn is not None and turn.held_until is not None and self.now >= turn.held_until
        assert bool(self.move(floor.lapse)) == due

    @rule(presenter=CODES)
    def give_content(self, presenter: EndpointCode) -> None:
        give = partial(content.give, presenter=presenter)
        if self.move(give):
            assert self.briefing.content == Content(presenter, self.now)
        assert self.move(give) == ()  # the second time changes nothing, or is refused like the first

    @precondition(lambda self: self.briefing.phase in RUNNING)
    @rule(hub=st.booleans())
    def let_somebody_present(self, hub: bool) -> None:
        holder = self.briefing.floor.holder
        presenter = HUB if hub or holder is None else holder
        self.move(partial(content.give, presenter=presenter))
        assert self.briefing.presenter == presenter

    @rule(presenter=st.none() | CODES, move=st.sampled_from([content.take, content.stop]))
    def end_content(self, presenter: EndpointCode | None, move: Callable[..., tuple[Event, ...]]) -> None:
        own = (
            presenter in {None, self.briefing.presenter}
            if move is content.take
            else presenter == self.briefing.presenter
        )
        could = self.briefing.content is not None and own
        assert bool(self.move(partial(move, presenter=presenter))) == could
        assert not could or self.briefing.content is None

    @rule(endpoint=CODES, media=MEDIA)
    def content_arrives(self, endpoint: EndpointCode, media: MediaId) -> None:
        presenter = self.briefing.presenter
        self.move(partial(presence.presenting, endpoint=endpoint, media=media))
        assert self.briefing.presenter == presenter
        assert presenter != endpoint or self.briefing.content == Content(endpoint, self._given_at(), media)

    @precondition(lambda self: self.briefing.content)
    @rule(media=MEDIA, back=st.booleans())
    def content_drops(self, media: MediaId, back: bool) -> None:
        """It comes, goes, and comes again or does not: the slot is given once all along."""
        presenter, given_at = self.briefing.presenter, self._given_at()
        assert presenter is not None
        self.move(partial(presence.presenting, endpoint=presenter, media=media))
        gone = partial(presence.stopped_presenting, endpoint=presenter, media=media, reason="lost", grace=GRACE)
        self.move(gone)
        assert self.briefing.content == Content(presenter, given_at, None, self.now + GRACE)
        assert self.move(gone) == ()
        if back:
            self.move(partial(presence.presenting, endpoint=presenter, media=MediaId("again")))
            assert self.briefing.content == Content(presenter, given_at, MediaId("again"))

    def _given_at(self) -> datetime:
        assert self.briefing.content is not None
        return self.briefing.content.given_at

    @rule()
    def lapse_content(self) -> None:
        presented = self.briefing.content
        due = presented is not None and presented.held_until is not None and self.now >= presented.held_until
        assert bool(self.move(content.lapse)) == due

    @rule(move=st.sampled_from([recording.start, recording.stop]))
    def record(self, move: Decision) -> None:
        ran = recording.runs(self.briefing)
        could = self.briefing.phase in RUNNING and ran is (move is recording.stop)
        assert bool(self.move(move)) == could
        assert recording.runs(self.briefing) is (not ran if could else ran)

    @rule(failure=st.none() | st.sampled_from(["disk_full", "lost"]))
    def fare(self, failure: str | None) -> None:
        self.move(partial(recording.fare, failure=failure))
        assert not recording.runs(self.briefing) or bool(self._failure) is (failure is not None)

    @property
    def _failure(self) -> str | None:
        return self.briefing.recording.failure if self.briefing.recording else None

    @rule(reason=st.sampled_from(RecordingDeletedBecause), note=TEXTS)
    def delete_recording(self, reason: RecordingDeletedBecause, note: str) -> None:
        decide = partial(recording.delete, reason=reason, note=note)
        if self.move(decide):
            assert self.briefing.phase in ENDED
            assert self.move(decide) == ()

    @invariant()
    def nobody_speaks_back_to_a_quick_notification(self) -> None:
        plan = self.briefing.plan
        if plan is not None and plan.kind is BriefingKind.QUICK_NOTIFICATION:
            assert {one.endpoint for one in self.briefing.floor.queue} <= {HUB}
            assert self.briefing.floor.holder in {None, HUB}

    @invariant()
    def no_state_secret_is_told(self) -> None:
        assert self.briefing.plan is None or self.briefing.plan.classification not in STATE_SECRETS

    @invariant()
    def recording_runs_only_while_the_briefing_does(self) -> None:
        assert self.briefing.phase in RUNNING or not recording.runs(self.briefing)

    @precondition(lambda self: self.briefing.phase in RUNNING)
    @rule(endpoint=CODES, on_air=st.booleans())
    def speak(self, endpoint: EndpointCode, on_air: bool) -> None:
        """Nothing decides about detected speech: the levels do, and the journal keeps it."""
        self.adopt((SpeechDetected(endpoint, self.now, self.now, on_air, 30),))

    @invariant()
    def no_site_has_raised_its_hand_twice_and_nobody_of_the_hub_waits_twice(self) -> None:
        raised = [one.endpoint for one in self.briefing.floor.queue if not one.registered and one.endpoint != HUB]
        people = [one.speaker for one in self.briefing.floor.queue if one.endpoint == HUB]
        assert len(set(raised)) == len(raised)
        assert "" not in people

    @invariant()
    def only_who_waits_is_on_deck(self) -> None:
        assert set(self.briefing.floor.on_deck) <= set(self.briefing.floor.waiting)

    @invariant()
    def the_floor_is_empty_unless_the_briefing_runs(self) -> None:
        assert self.briefing.phase in RUNNING or (self.briefing.floor.turn, self.briefing.floor.queue) == (None, ())

    @invariant()
    def only_the_hub_or_the_speaker_presents(self) -> None:
        assert self.briefing.presenter in {None, HUB, self.briefing.floor.holder}
        assert self.briefing.phase in RUNNING or self.briefing.content is None

    @invariant()
    def what_arrives_is_not_waited_for(self) -> None:
        presented = self.briefing.content
        assert presented is None or None in {presented.media, presented.held_until}

    @invariant()
    def nobody_is_here_unless_the_briefing_runs(self) -> None:
        assert self.briefing.phase in RUNNING or not any(site.here for site in self.briefing.sites.values())

    @invariant()
    def everybody_on_the_floor_is_on_the_list(self) -> None:
        turn = self.briefing.floor.turn
        on_floor = {*self.briefing.floor.waiting, *([turn.endpoint] if turn else [])}
        assert not self.journal or on_floor <= {HUB, *self.briefing.planned.endpoints}

    @invariant()
    def nobody_waits_for_a_site_that_is_back(self) -> None:
        turn = self.briefing.floor.turn
        if turn is not None and turn.held_until is not None:
            site = self.briefing.site(turn.endpoint)
            assert site.media is None
            assert turn.held_for_media or not site.here

    @invariant()
    def a_turns_clock_stands_while_it_is_held_or_paused(self) -> None:
        turn = self.briefing.floor.turn
        if turn is not None:
            assert (turn.waiting_since is not None) == (turn.paused or turn.held_until is not None)
            assert timedelta(0) <= turn.spent(self.now) <= self.now - turn.started_at

    @invariant()
    def the_queue_is_in_its_order_and_every_number_is_given_once(self) -> None:
        floor = self.briefing.floor
        assert arranged(floor).queue == floor.queue
        numbers = [request.number for request in floor.queue]
        assert len(set(numbers)) == len(numbers)
        assert max(numbers, default=0) <= floor.requests
        turns = [past.number for past in floor.past] + ([floor.turn.number] if floor.turn else [])
        assert sorted(turns) == list(range(1, floor.turns + 1))

    @invariant()
    def the_place_on_the_agenda_exists(self) -> None:
        index = self.briefing.agenda_index
        assert index is None or index < len(self.briefing.planned.agenda)

    @invariant()
    def a_note_is_about_what_there_is(self) -> None:
        for number, noted in self.briefing.results.notes.items():
            assert 1 <= number <= len(self.briefing.results.notes)
            assert noted.note.turn is None or noted.note.turn <= self.briefing.floor.turns
            assert noted.state is TaskState.OPEN or noted.note.kind in TASKS | {NoteKind.RECOMMENDATION}

    @invariant()
    def an_ended_briefing_stays_ended(self) -> None:
        if self.briefing.phase in ENDED:
            for move in (life.schedule, life.open_, life.start, life.close):
                assert self.move(move) == ()

    def teardown(self) -> None:
        rows = [row_of(entry) for entry in self.journal]
        assert verify(rows, head=self.briefing.head) is None
        reread = [
            Entry(
                entry.briefing,
                row.seq,
                entry.at,
                entry.actor,
                decode(row.kind, json.loads(row.data)),
                row.prev,
                row.hash,
            )
            for entry, row in zip(self.journal, rows, strict=True)
        ]
        assert reread == self.journal
        assert fold(fresh(), reread) == self.briefing


TestRules = Rules.TestCase
TestRules.settings = settings(max_examples=50, stateful_step_count=60, deadline=None)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_rules_hold_in_other_orders_and_for_longer() -> None:
    longer = settings(max_examples=500, stateful_step_count=120, deadline=None, derandomize=False)
    run_state_machine_as_test(Rules, settings=longer)
