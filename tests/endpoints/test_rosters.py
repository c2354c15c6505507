import pytest

from endpoints.rosters import NAMES, UnknownRoster, load, matches, name_key, search_key, vietnamese_key
from tests.endpoints.searches import SEARCHES


def test_rosters_have_their_units_with_unique_codes_and_tiles() -> None:
    for name in NAMES:
        roster = load(name)
        assert len(roster.units) == int(name)
        assert len({unit.code for unit in roster.units}) == int(name)
        assert len({(unit.row, unit.col) for unit in roster.units}) == int(name)


def test_load_reads_a_roster_once() -> None:
    assert load("63") is load("63")


def test_load_refuses_an_unknown_roster() -> None:
    with pytest.raises(UnknownRoster):
        load("64")


def test_units_stand_where_the_country_has_them() -> None:
    for name in NAMES:
        units = load(name).by_code
        assert units["04"].row < units["01"].row < units["38"].row < units["48"].row < units["79"].row < units["96"].row


def test_the_same_code_is_another_unit_in_another_roster() -> None:
    assert load("63").by_code["08"].region == load("34").by_code["08"].region
    assert load("63").by_code["46"].name != load("34").by_code["46"].name


def test_vietnamese_order_puts_letters_before_tones() -> None:
    assert sorted(["Đà Nẵng", "Dương", "An Giang", "Âu", "Ăn"], key=vietnamese_key) == [
        "An Giang",
        "Ăn",
        "Âu",
        "Dương",
        "Đà Nẵng",
    ]


def test_vietnamese_order_of_the_six_tones() -> None:
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=vietnamese_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_vietnamese_order_of_province_names() -> None:
    names = ["Hưng Yên", "Hải Phòng", "Hòa Bình", "Hà Tĩnh", "Hà Nội", "Hậu Giang", "Hải Dương", "Hồ Chí Minh"]
    assert sorted(names, key=vietnamese_key) == [
        "Hà Nội",
        "Hà Tĩnh",
        "Hải Dương",
        "Hải Phòng",
        "Hậu Giang",
        "Hòa Bình",
        "Hồ Chí Minh",
        "Hưng Yên",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thanh Hóa", "Thanh Hoá"),
        ("HÒA BÌNH", "Hoà Bình"),
        ("Đắk Lắk", "Đắc Lắc"),
        ("Bắc Kạn", "Bắc Cạn"),
        ("Bà Rịa - Vũng Tàu", "Bà Rịa-Vũng Tàu"),
        ("Bà Rịa - Vũng Tàu", "Bà Rịa – Vũng Tàu"),
        ("Bà Rịa - Vũng Tàu", "bà rịa\u2014vũng tàu"),
        ("Bà Rịa - Vũng Tàu", "Bà\u00a0Rịa \u2011 Vũng Tàu"),
        ("Quý", "Quí"),
        ("Mỹ Tho", "Mĩ Tho"),
        ("Tỉnh Thanh Hóa", "Thanh Hoá"),
        ("TP. Hồ Chí Minh", "Hồ Chí Minh"),
        ("Thành phố Huế", "Huế"),
    ],
)
def test_name_key_is_the_same_for_two_spellings(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_name_key_keeps_tones_and_kh_apart() -> None:
    assert name_key("Hóa") != name_key("Hòa")
    assert name_key("Khánh") != name_key("Chánh")
    assert name_key("Thúy") != name_key("Thúi")
    assert name_key("Tây") != name_key("Tâi")
    assert name_key("Tịnh Biên") != name_key("Biên")
    assert name_key("Tỉnh") != ""


def test_search_key_is_what_people_type() -> None:
    assert search_key("Đắk Lắk") == search_key("dac lac")
    assert search_key("Thừa Thiên Huế") == "thua thien hue"


def test_roster_finds_units_by_name_and_by_search() -> None:
    roster = load("63")
    assert roster.named("thanh hoá") == (roster.by_code["38"],)
    assert roster.named("Atlantis") == ()
    assert [unit.code for unit in roster.search("38")] == ["38"]
    assert [unit.name for unit in roster.search("hai")] == ["Hải Dương", "Hải Phòng", "Thái Bình", "Thái Nguyên"]


def test_place_is_found_by_each_of_its_names() -> None:
    for name in NAMES:
        assert load(name).named("Huế") == load(name).named("Tỉnh Thừa Thiên-Huế") == (load(name).by_code["46"],)
        assert load(name).named("TPHCM") == (load(name).by_code["79"],)
    assert load("63").named("BR-VT") == (load("63").by_code["77"],)


def test_unit_is_found_by_those_that_were_merged_into_it() -> None:
    roster = load("34")
    assert roster.by_code["79"].former == ("Bình Dương", "Bà Rịa - Vũng Tàu")
    assert roster.by_code["01"].former == roster.by_code["46"].former[1:] == ()
    assert [unit.name for unit in roster.search("binh duong")] == ["Hồ Chí Minh"]
    assert load("63").by_code["79"].former == ()


def test_search_keys_tell_the_units_of_a_roster_apart() -> None:
    for name in NAMES:
        assert len({search_key(unit.name) for unit in load(name).units}) == int(name)


@pytest.mark.parametrize(("text", "search", "found"), SEARCHES)
def test_search_finds_what_people_type(text: str, search: str, found: bool) -> None:
    assert matches(text, search) is found
