"""The words of simulated sites: who sits there, what they want to speak about, and what they say. Data, not code."""

import json
import random
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

ABSENT_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Place:
    """What the words need to know of a site."""

    code: str
    name: str
    unit: str  # as it stands in a sentence: "tỉnh Thanh Hóa"
    committee: str


@cache
def _words(name: str) -> Any:
    return json.loads(files("endpoints.data").joinpath(f"{name}.json").read_text(encoding="utf-8"))


def check_in(place: Place) -> dict[str, Any]:
    """Return what a site attests, the same at every call: its local chair, delegates and people in the room."""
    chance = random.Random(place.code)  # noqa: S311 - plausible, not secret
    chair = person(chance)
    delegates = [_delegate(chair, _positions(place, "chair", chance), "present")]
    kinds = chance.sample(range(len(_words("positions")["delegate"])), chance.randint(3, 7))
    delegates += [_guest(place, kind, chance) for kind in kinds]
    present = sum(delegate["attendance"] != "absent" for delegate in delegates)
    return {"local_chair": chair, "delegates": delegates, "headcount": present + chance.randint(0, 12)}


def _guest(place: Place, kind: int, chance: random.Random) -> dict[str, Any]:
    held = _filled(_words("positions")["delegate"][kind], place)
    if chance.random() < ABSENT_SHARE:
        reason = chance.choice(_words("positions")["absence"])
        return _delegate(person(chance), held, "absent", *_filled([reason], place))
    return _delegate(person(chance), held, "present")


def _delegate(name: str, positions: list[str], attendance: str, reason: str = "") -> dict[str, Any]:
    return {"name": name, "positions": positions, "attendance": attendance, "reason": reason}


def _positions(place: Place, kind: str, chance: random.Random) -> list[str]:
    return _filled(chance.choice(_words("positions")[kind]), place)


def _filled(templates: list[str], place: Place) -> list[str]:
    return [template.format(committee=place.committee, unit=place.unit, name=place.name) for template in templates]


def person(chance: random.Random) -> str:
    """Return a plausible full name, family name first."""
    names = _words("names")
    kind = names[chance.choice(("men", "men", "women"))]
    return " ".join((chance.choice(names["family"]), chance.choice(kind["middle"]), chance.choice(kind["given"])))


def technician(place: Place) -> tuple[str, str]:
    """Return who answers for a site's line, the same at every call, and a telephone number that nobody has."""
    chance = random.Random(f"technician {place.code}")  # noqa: S311 - plausible, not secret
    return person(chance), f"0900 000 {place.code.zfill(3)[-3:]}"


def topic(chance: random.Random) -> str:
    """Return something a province wants to speak about."""
    return str(chance.choice(_words("topics")))


def greeting(name: str) -> str:
    """Return the sentence a site begins with."""
    return str(_words("speeches")["greeting"]).format(name=name)


def bodies() -> tuple[str, ...]:
    """Return the reports that sites share."""
    return tuple(_words("speeches")["bodies"])


def hub_speech() -> str:
    """Return what the hub says while nobody has the floor."""
    return str(_words("speeches")["hub"])
