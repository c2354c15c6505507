"""The formal invitation (giấy mời) of one site: who is invited to what, who chairs, when and where, what to observe."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from server.core.ids import EndpointCode
from server.core.state import Briefing
from server.records.documents.blocks import Block, Paper, Signature, body, item, led
from server.records.documents.frame import ROOM, presided, seal
from server.records.documents.profile import Profile
from server.records.documents.word import as_docx
from server.records.documents.wording import day, days, hour_and_day


def letter(
    briefing: Briefing, endpoint: EndpointCode, site: str, profile: Profile, *, zone: ZoneInfo, now: datetime
) -> bytes:
    """Write a site's invitation as DOCX, dated today; the number is left to the registry."""
    label = f"giaoban-invitation;briefing={briefing.id};endpoint={endpoint};head={briefing.head.seq}"
    return as_docx(invitation(briefing, site, profile, zone=zone, now=now), profile, made=now, label=label)


def invitation(briefing: Briefing, site: str, profile: Profile, *, zone: ZoneInfo, now: datetime) -> Paper:
    """Write a site's invitation."""
    layout, letterhead = profile.invitation, profile.letterhead
    return Paper(
        document=None,
        title=layout.title,
        about=layout.about.replace("{meeting}", briefing.planned.title),
        number=letterhead.number.replace("{room}", ROOM).replace("{code}", layout.code),
        dated=f"{letterhead.place}, {day(now.astimezone(zone).date())}",
        blocks=tuple(_blocks(briefing, site, profile, zone)),
        signatures=(Signature(layout.authority or (profile.signatures.chair,), ""),),
        recipients=layout.recipients,
        seal=seal(briefing.head),
        classification=briefing.planned.classification,
    )


def _blocks(briefing: Briefing, site: str, profile: Profile, zone: ZoneInfo) -> Iterator[Block]:
    plan = briefing.planned
    yield body(f"{profile.letterhead.issuer} trân trọng kính mời:")
    yield led("Điểm cầu", f"{site}")
    yield led("Tới dự:", f"{plan.title}{f', số {plan.number}' if plan.number else ''}.")
    if plan.period:
        yield led("Kỳ báo cáo:", f"{days(plan.period.first, plan.period.last)}.")
    if plan.presiding:
        yield led("Chủ trì:", f"{presided(plan.presiding)}.")
    yield led("Thời gian:", f"{hour_and_day(plan.starts_at, zone)}, dự kiến đến {hour_and_day(plan.ends_at, zone)}.")
    center = plan.place or profile.letterhead.place
    yield led("Địa điểm:", f"Tại điểm cầu {site}, trực tuyến với điểm cầu trung tâm: {center}.")
    for count, point in enumerate(plan.agenda, start=1):
        if count == 1:
            yield led("Chương trình:", "")
        yield item(f"{count}. {point.title}{f' ({point.document})' if point.document else ''}.")
    for what, said in (("Trang phục:", plan.dress), ("Lưu ý:", plan.notes)):
        if said:
            yield led(what, said)
    yield body("Rất mong quý cơ quan cử đại biểu tham dự đúng thành phần, thời gian./.")
