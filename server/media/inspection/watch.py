"""The watch on one publisher: it takes samples in their time, has them inspected, and judges."""

from collections.abc import Callable, Sequence
from functools import partial

from server.media.inspection.collector import PictureCollector, SoundCollector
from server.media.inspection.messages import WARM_UP, Finding, Heard, PictureSample, Sample, Seen, SoundSample
from server.media.inspection.signals import INAUDIBLE, SILENCE, Judge, Look
from server.media.plane import Signal
from server.media.sfu.codec import Kind
from server.media.sfu.publisher import Publisher
from server.media.sfu.settings import SfuSettings
from server.media.sfu.track import Track

Submit = Callable[[Sample, Callable[[Finding | None], None]], bool]
"""Has a sample inspected; False when it cannot be now. The callable gets the finding; None: the helper died of it."""

Show = Callable[[bytes, int, int], None]
"""Takes a still: the JPEG, its width and height in pixels."""

LOUD = 15
"""-dBov: only what is louder than this can be overdriven, so nothing else is decoded."""

_AHEAD = 0.4  # of the interval: as long before a still is due, a keyframe that comes anyway is taken
_GIVE_UP = 0.6  # of the interval: as long after it was asked for, a keyframe is not waited for any more
_FIRST = 0.2  # of the interval: until the first still of a publisher
_MOST_PATIENCE = 6  # doublings of the interval for a source whose samples end the helper
_UNHEARD = 2  # the same until it was heard: who keeps silent, or says so, has to be tried
_COMPARED = 4  # intervals between two looks at whether a source tells the level of its sound right, while it does


class Watch:
    """One publisher's samples and signals."""

    def __init__(
        self, publisher: Publisher, submit: Submit, show: Show, *, settings: SfuSettings, phase: float, now: float
    ) -> None:
        """Look at moments that are `phase` of an interval past a multiple of it, 0..1."""
        self._publisher = publisher
        self._submit = submit
        self._show = show
        self._interval = settings.stills_every  # seconds
        self._phase = phase * self._interval
        self._judge = Judge(now, missing_after=settings.missing_after, silent_after=settings.silent_after)
        self._look_due = now + _FIRST * self._interval
        self._listen_due = now
        self._compare_due = now + self._phase
        self._looking: tuple[Track, PictureCollector] | None = None
        self._listening: tuple[Track, SoundCollector, bool] | None = None  # the last: whether it was loud
        self._is_asked = False  # for a keyframe, for this still
        self._frames = 0  # of all layers, also of those that have left, that had arrived when last looked
        self._strikes = 0  # samples in a row that ended the helper
        self._now = now

    def attend(self, level: int | None, now: float, *, is_open: bool) -> None:
        """Do what is due; called ten times a second."""
        self._now = now
        self._judge.hear(level, now, is_open=is_open)
        frames = sum(track.reception.frames for track in self._publisher.tracks if track.kind is Kind.VIDEO)
        if frames != self._frames:
            self._frames = frames
            self._judge.arrive(now)
        self._look(now)
        self._listen(level, now)

    def signals(self, now: float) -> frozenset[Signal]:
        """Say what is wrong."""
        return self._judge.signals(now)

    def _look(self, now: float) -> None:
        """Take a keyframe that comes anyway; when none has come in time, ask for one."""
        if self._looking is None:
            if now >= self._look_due - _AHEAD * self._interval:
                self._begin_to_look()
            return
        track, collector = self._looking
        if collector.is_done or now >= self._look_due + _GIVE_UP * self._interval:
            track.detach(collector)
            self._looking = None
            self._plan(now)
            self._submit_picture(collector)
        elif now >= self._look_due and not collector.units and not self._is_asked:
            self._is_asked = True
            track.want_keyframe(now)

    def _begin_to_look(self) -> None:
        """Collect from the smallest picture there is."""
        if self._publisher.pictures:
            self._looking = (self._publisher.pictures[0], PictureCollector(follow=self._judge.is_suspect))
            self._is_asked = False
            Track.attach(*self._looking)

    def _plan(self, now: float) -> None:
        """Look again at the next moment of this source's phase, at least half an interval from now."""
        interval = self._interval
        soonest = now + interval / 2
        self._look_due = soonest + (self._phase - soonest) % interval

    def _submit_picture(self, collector: PictureCollector) -> None:
        if collector.codec is not None:
            self._submit(PictureSample(collector.codec, tuple(collector.units)), partial(self._seen, collector))

    def _seen(self, collector: PictureCollector, finding: Finding | None) -> None:
        if self._is_struck(finding) or not isinstance(finding, Seen):
            return
        last = finding.last if len(collector.units) > 1 else None
        self._judge.look(Look(finding.luma, last, finding.macroblocks, collector.delta))
        self._show(finding.jpeg, finding.width, finding.height)

    def _listen(self, level: int | None, now: float) -> None:
        """Take a second of sound while it is loud, and now and then whatever it is: levels may be told wrong.

        Of a source that has begun anew nothing is known, so its first sounds are compared as they come.
        """
        if self._listening is None:
            track = self._publisher.track(Kind.AUDIO)
            loudest = SILENCE if level is None or now < self._listen_due else level
            is_loud, is_first = loudest <= LOUD, loudest < INAUDIBLE and self._judge.is_untried
            if track is not None and (is_loud or is_first or now >= self._compare_due):
                self._listening = (track, SoundCollector(), is_loud)
                self._listen_due = now
                track.attach(self._listening[1])
            return
        track, collector, is_loud = self._listening
        if collector.is_done or now >= self._listen_due + self._interval:
            track.detach(collector)
            self._listening = None
            self._listen_due = now + self._interval
            self._compare_due = now + (_UNHEARD if self._judge.is_untried else _COMPARED) * self._interval
            self._submit(SoundSample(tuple(collector.payloads)), partial(self._heard, collector.told, is_loud=is_loud))

    def _heard(self, told: Sequence[int], finding: Finding | None, *, is_loud: bool) -> None:
        """Judge what was heard: only what was taken for loud says anything of distortion."""
        if self._is_struck(finding) or not isinstance(finding, Heard):
            return
        now = self._now
        if is_loud:
            self._judge.listen(finding.clipped, now)
        self._judge.compare(told[WARM_UP:], finding.level)
        if self._judge.is_untried:
            self._listen_due = now
            if finding.level < INAUDIBLE:
                self._compare_due = now
        if self._judge.is_doubtful:
            self._compare_due = min(self._compare_due, now + self._interval)
        if Signal.LEVEL_MISMATCH in self._judge.signals(now):
            self._publisher.distrust_levels()

    def _is_struck(self, finding: Finding | None) -> bool:
        """Count samples that ended the helper: a source whose samples do so again and again is looked at less and less.

        The first may be another's fault: somebody has killed the process.
        """
        if finding is not None:
            self._strikes = 0
            return False
        self._strikes = min(self._strikes + 1, _MOST_PATIENCE)
        self._look_due = self._listen_due = self._compare_due = self._now + self._interval * 2**self._strikes
        return True
