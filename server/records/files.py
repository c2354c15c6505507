"""Every file that a record can be made into: from a form, the journal, and what the house adds, to bytes.

The same three always give the same bytes, on any machine: that is what makes a file verifiable.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from server.core.errors import Invalid
from server.core.journal import Entry
from server.records.chapters import as_vtt
from server.records.documents.attendance_list import attendance_list
from server.records.documents.blocks import Paper
from server.records.documents.conclusions import conclusions
from server.records.documents.minutes import minutes
from server.records.documents.profile import Profile, Profiles
from server.records.documents.word import as_docx
from server.records.documents.workbook import as_xlsx
from server.records.exports import as_csv, as_json, as_rttm
from server.records.label import Document, Form, Format, Label, Part
from server.records.names import Roster, names_in
from server.records.record import Record, build


class UnknownProfile(Invalid):
    """There is no layout of that name; use "state", "party", or one of the office's own."""

    code = "unknown_profile"


@dataclass(frozen=True, slots=True)
class House:
    """What the house adds to its journals."""

    profiles: Profiles
    zone: str  # the time zone of its papers, an IANA name
    roster: Roster  # for journals that do not name their sites

    def form(
        self,
        format_: Format,
        language: str,
        *,
        part: Part = Part.TURNS,
        document: Document = Document.MINUTES,
        profile: str = "state",
    ) -> Form:
        """Return a form as this house would fill it now; what does not concern the format is left out.

        Raises UnknownProfile.
        """
        match format_:
            case Format.CSV:
                return Form(format_, language, part)
            case Format.XLSX:
                return Form(format_, language, zone=self.zone)
            case Format.DOCX:  # papers are written in the language of the country
                return Form(format_, "vi", document, self.profile(profile).key, self.zone)
        return Form(format_, language)

    def profile(self, name: str) -> Profile:
        """Return a layout by its name. Raises UnknownProfile."""
        try:
            return self.profiles[name]
        except KeyError:
            raise UnknownProfile(name) from None


def record_in(entries: Sequence[Entry], language: str, house: House) -> Record:
    """Build the record with the names of one language. Raises LookupError for a journal without a briefing."""
    return build(entries, names_in(entries, language, house.roster))


def write(record: Record, form: Form, house: House) -> bytes:
    """Make a file of a record that was built in the form's language. Raises UnknownProfile."""
    return _WRITERS[form.format](record, Label(record.briefing.id, record.head, form), house)


def paper(record: Record, document: Document, profile: Profile, zone: str) -> Paper:
    """Write one of the papers of a meeting."""
    return _PAPERS[document](record, profile, ZoneInfo(zone))


def _docx(record: Record, label: Label, house: House) -> bytes:
    form = label.form
    profile = house.profile(form.profile.partition(".")[0])
    written = paper(record, Document(form.part), profile, form.zone)
    return as_docx(written, profile, made=record.as_of, label=label.text)


_PAPERS: Mapping[Document, Callable[[Record, Profile, ZoneInfo], Paper]] = MappingProxyType(
    {Document.MINUTES: minutes, Document.ATTENDANCE: attendance_list, Document.CONCLUSIONS: conclusions}
)

_WRITERS: Mapping[Format, Callable[[Record, Label, House], bytes]] = MappingProxyType(
    {
        Format.JSON: lambda record, label, _house: as_json(record, label),
        Format.CSV: lambda record, label, _house: as_csv(record, label),
        Format.RTTM: lambda record, label, _house: as_rttm(record, label),
        Format.VTT: lambda record, label, _house: as_vtt(record, label),
        Format.XLSX: lambda record, label, _house: as_xlsx(record, label),
        Format.DOCX: _docx,
    }
)
