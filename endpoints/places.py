"""Where a simulated site is: found in the rosters by its code and name."""

from endpoints import rosters
from endpoints.drawing import Card
from endpoints.rosters import Unit
from endpoints.wordlists import Place

HUB_CARD = Card(("HUB", "Điểm cầu trung tâm"), (150, 110))
COLOURS = ((110, 150), (128, 128), (100, 120), (150, 120), (120, 160), (140, 140))  # U, V; one for each region


def place_of(code: str, name: str | None = None) -> Place:
    """Return what is known of a site; one that is in no roster is called by its code."""
    unit = _unit(code, name)
    if unit is None:
        return Place(code, name or code, f"điểm cầu {name or code}", "cấp ủy")
    kind = "tỉnh" if unit.kind == "tỉnh" else "thành phố"
    return Place(code, unit.name, f"{kind} {unit.name}", unit.party_committee)


def _unit(code: str, name: str | None) -> Unit | None:
    """Find a unit; codes are reused between rosters, so a known name decides which one is meant."""
    found = [roster.by_code[code] for roster in map(rosters.load, rosters.NAMES) if code in roster.by_code]
    named = [unit for unit in found if name is None or rosters.name_key(unit.name) == rosters.name_key(name)]
    return next(iter(named), None)


def card_of(place: Place) -> Card:
    """Return the test picture of a site: its code and its name, on the colour of its region."""
    unit = _unit(place.code, place.name)
    regions = list(dict.fromkeys(unit.region for unit in rosters.load("63").units))
    colour = COLOURS[regions.index(unit.region) % len(COLOURS)] if unit and unit.region in regions else COLOURS[0]
    return Card((place.code, place.name), colour)
