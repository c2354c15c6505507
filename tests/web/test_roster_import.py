"""A table of endpoints: what it makes of a roster, and what is wrong in it."""

from datetime import date

import pytest

from endpoints.rosters import Roster, Unit, load
from server.core import rosters as rules
from server.core.errors import UserError
from server.core.ids import EndpointCode
from server.core.rosters import Level, RosterEndpoint
from server.web import roster_import as table
from server.web.csv_tables import ColumnMissing, OddCell
from server.web.language import Language
from server.web.roster_import import RosterImport, as_core, as_table, prepare

TITLES = "Mã điểm cầu,Tên điểm cầu,Cấp,Trực thuộc (mã),Vùng,Từ ngày,Đến ngày,Hợp nhất từ (mã)\n"
TREE = TITLES + "38,Thanh Hóa,tỉnh,,Bắc Trung Bộ,,,\n14758,Hạc Thành,xã,38,,01/07/2025,,1; 38\n"


def prepared(text: str, present: Roster | None = None, *, in_use: bool = False) -> RosterImport:
    return prepare(text, present, load("63"), in_use=in_use)


def faults(text: str) -> list[tuple[int, str, type[UserError]]]:
    return [(fault.line, fault.column, type(fault.refusal)) for fault in prepared(text).faults]


def test_commune_belongs_to_its_province_and_has_its_region() -> None:
    found = prepared(TREE)

    assert found.faults == ()
    assert found.counts == {"added": 2, "changed": 0, "unchanged": 0, "gone": 0}
    assert found.endpoints == (
        RosterEndpoint(EndpointCode("38"), "Thanh Hóa", "Bắc Trung Bộ"),
        RosterEndpoint(
            EndpointCode("14758"),
            "Hạc Thành",
            "Bắc Trung Bộ",
            Level.COMMUNE,
            EndpointCode("38"),
            valid_from=date(2025, 7, 1),
            merged_from=(EndpointCode("01"), EndpointCode("38")),
        ),
    )


def test_code_name_and_region_are_enough() -> None:
    assert prepared("code;name;region\nBNV;Bộ Nội vụ;Bộ, ngành\n").endpoints == (
        RosterEndpoint(EndpointCode("BNV"), "Bộ Nội vụ", "Bộ, ngành"),
    )


@pytest.mark.parametrize(
    ("line", "column", "refusal"),
    [
        ("hub,Trung tâm,,,Vùng,,,", "code", rules.BadEndpointCode),
        ("38,,,,Vùng,,,", "name", rules.BadEndpointName),
        ("1,A,huyện,,Vùng,,,", "level", table.UnknownLevel),
        ("1,A,,,Vùng,31/02/2025,,", "valid_from", table.BadDay),
        ("1,A,,,Vùng,02/07/2025,2025-07-01,", "valid_to", rules.BadRosterDays),
        ("1,A,,,,,,", "region", rules.RegionNeeded),
        ("1,A,,99,Vùng,,,", "parent", table.NoSuchParent),
        ("1,A,xã,1,Vùng,,,", "parent", rules.ParentNotAbove),
        ("1,A,,,Vùng,,,97", "merged_from", table.NoSuchPredecessor),
        ("1,A\u202eB,,,Vùng,,,", "name", OddCell),
        (f"1,A,,,{'x' * 201},,,", "region", rules.RemarkTooLong),
    ],
)
def test_bad_cell_is_named(line: str, column: str, refusal: type[UserError]) -> None:
    assert faults(f"{TITLES}{line}\n") == [(2, column, refusal)]


def test_two_that_belong_to_each_other_are_refused() -> None:
    text = TITLES + "1,A,tỉnh,2,Vùng,,,\n2,B,tỉnh,1,Vùng,,,\n"

    assert faults(text) == [(2, "parent", rules.ParentNotAbove), (3, "parent", rules.ParentNotAbove)]


def test_codes_and_names_of_one_place_stand_there_once() -> None:
    text = TREE + "14758,Hàm Rồng,xã,38,,,,\n14760,hạc thành,xã,38,,,,\n20,Hạc Thành,tỉnh,,Vùng,,,\n"

    assert faults(text) == [(4, "code", table.CodeDoubled), (5, "name", table.NameDoubled)]


def test_file_without_an_endpoint_makes_no_roster() -> None:
    assert faults(TITLES) == [(1, "", table.NoEndpointInFile)]
    assert faults("Tên điểm cầu\nA\n") == [(1, "code", ColumnMissing)]


@pytest.mark.parametrize("name", ["63", "34"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_roster_that_was_given_out_comes_back_unchanged(name: str, language: Language) -> None:
    roster = load(name)
    text = as_table(roster, language).decode("utf-8-sig")

    found = prepare(text, roster, load("63"), in_use=True)

    assert (found.faults, found.endpoints) == ((), as_core(roster))
    assert found.counts == {"added": 0, "changed": 0, "unchanged": len(roster.units), "gone": 0}


def test_endpoint_goes_only_while_nobody_uses_the_roster() -> None:
    unit = Unit("14759", "Hàm Rồng", "", "Bắc Trung Bộ", "", "ham-rong", 0, 0)
    present = Roster("xa", (unit, Unit("038", "Thanh Hoá", "", "Bắc Trung Bộ", "", "thanh-hoa", 0, 1)), edition="1")

    found = prepared(TREE, present)
    assert found.faults == ()
    assert [(step.endpoint.code, step.what) for step in found.steps] == [
        ("038", "changed"),
        ("14758", "added"),
        ("14759", "gone"),
    ]
    [fault] = prepared(TREE, present, in_use=True).faults
    assert (fault.cell, type(fault.refusal)) == ("14759", table.EndpointNeeded)


def test_roster_of_five_thousand_is_read() -> None:
    rows = "".join(f"{20000 + number},Xã {number},xã,38,,,,\n" for number in range(4998))

    found = prepared(TREE + rows)

    assert (found.faults, len(found.endpoints)) == ((), 5000)
