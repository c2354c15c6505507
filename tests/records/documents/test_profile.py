"""Layouts as data: those of the service, those of an office over them, and what is wrong with a bad one."""

from pathlib import Path

import pytest

from server.records.documents.profile import BadProfile, load
from server.records.label import Document


def own(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_state_and_the_party_lay_out_their_papers_as_their_rules_say() -> None:
    state, party = load()["state"], load()["party"]

    assert (state.letterhead.heading, state.letterhead.motto) == (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    )
    assert (party.letterhead.heading, party.letterhead.heading_size) == ("ĐẢNG CỘNG SẢN VIỆT NAM", 15)
    assert (state.letterhead.separator, party.letterhead.separator) == ("rule", "*")
    assert ":" in state.letterhead.number
    assert ":" not in party.letterhead.number
    assert state.of(Document.CONCLUSIONS).authority[0].startswith("TL. ")
    assert party.of(Document.CONCLUSIONS).authority[0].startswith("T/L ")


def test_an_office_writes_only_what_it_wants_otherwise(tmp_path: Path) -> None:
    folder = own(tmp_path, state='[letterhead]\nissuer = "ỦY BAN NHÂN DÂN TỈNH THANH HÓA"')

    changed, before = load(folder)["state"], load()["state"]

    assert changed.letterhead.issuer == "ỦY BAN NHÂN DÂN TỈNH THANH HÓA"
    assert changed.letterhead.motto == before.letterhead.motto
    assert changed.key != before.key
    assert load(folder)["party"].key == load()["party"].key


def test_a_layout_of_its_own_is_based_on_another(tmp_path: Path) -> None:
    folder = own(
        tmp_path,
        tinh_uy='base = "party"\n[letterhead]\nplace = "Thanh Hóa"',
        van_phong='base = "tinh-uy"\n[documents.minutes]\ntitle = "BIÊN BẢN HỌP"',
    )

    office = load(folder)["van-phong"]

    assert list(load(folder)) == ["state", "party", "tinh-uy", "van-phong"]
    assert (office.name, office.letterhead.place, office.documents.minutes.title) == (
        "van-phong",
        "Thanh Hóa",
        "BIÊN BẢN HỌP",
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("state", "[text]\nsize = 300", "state.toml: text.size"),
        ("state", "[text]\ncolour = 3", "state.toml: text.colour"),
        ("state", "[letterhead]\nseparator = 'stars'", "state.toml: letterhead.separator"),
        ("state", "[text\n", "state.toml: "),
        ("mine", "[text]\nsize = 12", "mine.toml: base"),
        ("mine", 'base = "yours"', "mine.toml: base"),
        ("mine", 'base = "mine"', "mine.toml: base"),
        ("My Own", 'base = "state"', "My Own.toml: a name has"),
    ],
)
def test_a_bad_layout_is_refused_by_file_and_key(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")

    with pytest.raises(BadProfile) as refused:
        load(tmp_path)

    assert refused.value.detail.startswith(said)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadProfile, match="is no folder"):
        load(tmp_path / "nowhere")
