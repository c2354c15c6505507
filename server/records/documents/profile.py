"""The layout of an office's papers: read from TOML, checked in full, and named by the digest of what it says."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.core.errors import UserError
from server.core.events import Classification
from server.records.label import Document

BUILT_IN = ("state", "party")
_NAME = re.compile(r"[a-z0-9-]{1,32}")

Points = Annotated[float, Field(ge=6, le=36)]
Millimetres = Annotated[float, Field(ge=0, le=100)]
Words = Annotated[str, Field(max_length=300)]
Lines = Annotated[tuple[Words, ...], Field(max_length=30)]


class BadProfile(UserError):
    """A layout of documents cannot be used; correct its file."""

    code = "bad_profile"


class _Data(BaseModel):
    """A table of a layout: no key too many, none missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(_Data):
    """The sheet: A4 with these margins, in millimetres."""

    top: Millimetres
    bottom: Millimetres
    left: Millimetres
    right: Millimetres
    number_size: Points  # of the page's number, at the top from the second page on


class Text(_Data):
    """The body."""

    font: Annotated[str, Field(pattern=r"^[\w .-]{1,60}$")]
    size: Points
    indent: Millimetres  # of a first line
    table_size: Points


class Letterhead(_Data):
    """What stands above the title: who issues at the left, the country or the Party at the right."""

    superior: Words  # empty: nobody is above the issuer
    superior_size: Points
    issuer: Annotated[str, Field(min_length=1, max_length=300)]
    issuer_size: Points
    separator: Literal["rule", "*"]  # under the issuer
    number_size: Points
    number: Words  # {room}: where the digits are written; {code}: the document's
    place: Words
    date_size: Points
    heading: Words
    heading_size: Points
    heading_rule: bool
    motto: Words  # with a rule below; empty: none
    motto_size: Points


class StampWidths(_Data):
    """How wide the stamp of each classification is."""

    confidential: Millimetres
    secret: Millimetres
    top_secret: Millimetres


class Stamp(_Data):
    """The stamp of a state secret."""

    place: Literal["number", "heading"]  # in the letterhead: below the number at the left, or all that is at the right
    frame: Literal["single", "double"]
    colour: Annotated[str, Field(pattern=r"^[0-9A-F]{6}$")]
    size: Points
    height: Millimetres
    widths: StampWidths

    def width(self, classification: Classification) -> float:
        """Return how wide the stamp of a state secret is, in millimetres."""
        wide: float = getattr(self.widths, classification.value)
        return wide


class Title(_Data):
    """The title, and what it is about."""

    size: Points
    about_size: Points
    closing: Literal["rule", "-----"]  # below both


class Signatures(_Data):
    """Who signs."""

    size: Points
    name_size: Points
    secretary: Words
    chair: Words
    note: Words


class Recipients(_Data):
    """Who gets the paper."""

    heading: Words
    heading_size: Points
    heading_bold: bool
    heading_italic: bool
    heading_underline: bool
    size: Points


class DocumentLayout(_Data):
    """What one kind of paper is called, and who signs it with which authority (TM., KT., TL.; T/M, K/T, T/L)."""

    title: Words
    about: Words  # {meeting}: the briefing's title
    code: Words
    dated: bool  # place and date in the letterhead
    authority: Lines = ()  # above the name of who signs; empty: secretary and chair sign
    recipients: Lines = ()


class Documents(_Data):
    """The kinds of paper."""

    minutes: DocumentLayout
    attendance: DocumentLayout
    conclusions: DocumentLayout


class Label(_Data):
    """What people choose a layout by, in each language."""

    vi: Words
    en: Words


class Profile(_Data):
    """A whole layout."""

    name: str
    label: Label
    page: Page
    text: Text
    letterhead: Letterhead
    stamp: Stamp
    title: Title
    signatures: Signatures
    recipients: Recipients
    documents: Documents
    invitation: DocumentLayout

    @cached_property
    def key(self) -> str:
        """The name and a digest of all the layout says of papers of the record: another layout has another key."""
        said = json.dumps(self.model_dump(mode="json", exclude={"invitation"}), sort_keys=True, ensure_ascii=False)
        return f"{self.name}.{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    def of(self, document: Document) -> DocumentLayout:
        """Return what it says of one kind of paper."""
        layout: DocumentLayout = getattr(self.documents, document.value)
        return layout


Profiles = Mapping[str, Profile]


def load(folder: Path | None = None) -> Profiles:
    """Return the layouts by name: those of the service, changed and joined by the files of an office's own folder.

    Raises BadProfile, naming the file and the key.
    """
    own = _own(folder) if folder else {}
    said = {name: _said(name, own, ()) for name in (*BUILT_IN, *sorted(own))}
    return MappingProxyType({name: _checked(name, data) for name, data in said.items()})


def _own(folder: Path) -> dict[str, dict[str, Any]]:
    if not folder.is_dir():
        raise BadProfile(f"{folder} is no folder")
    return {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}


def _read(path: Path) -> dict[str, Any]:
    if not _NAME.fullmatch(path.stem):
        raise BadProfile(f"{path.name}: a name has small letters, digits and hyphens")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadProfile(f"{path.name}: {error}") from error


def _said(name: str, own: Mapping[str, dict[str, Any]], above: tuple[str, ...]) -> dict[str, Any]:
    """Return all that a layout says: what it is based on, with its own file over it."""
    data = dict(own.get(name, {}))
    base = data.pop("base", None)
    if name in above or (name not in BUILT_IN and (base not in (*BUILT_IN, *own))):
        raise BadProfile(f'{name}.toml: base: the name of another layout is needed, as "state" or "party"')
    if name in BUILT_IN:
        return _over(_built_in(name), data)
    return _over(_said(base, own, (*above, name)), data)


def _built_in(name: str) -> dict[str, Any]:
    return tomllib.loads(files(f"{__package__}.profiles").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def _over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one table over another, key by key."""
    merged = dict(below)
    for key, value in above.items():
        beneath = merged.get(key)
        both = isinstance(value, dict) and isinstance(beneath, dict)
        merged[key] = _over(beneath, value) if both and isinstance(beneath, dict) else value
    return merged


def _checked(name: str, data: Mapping[str, Any]) -> Profile:
    try:
        return Profile.model_validate({**data, "name": name})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadProfile(f"{name}.toml: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
