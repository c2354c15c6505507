"""Every setting of the service, read once from `GIAOBAN_*` variables; the object is frozen."""

import re
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from schedules.mailbox import Encryption
from schedules.smtp import Tls
from server.core.mail import is_address

_TURN = re.compile(r"turns?:([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(\?transport=(udp|tcp))?")
"""RFC 7065."""

Minutes = Annotated[float, Field(ge=0, le=24 * 60)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Rate = Annotated[int, Field(ge=50_000, le=20_000_000)]


class Settings(BaseSettings):
    """The settings; each field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix="GIAOBAN_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="The address HTTP is served on.")
    port: int = Field(8080, ge=0, le=65535, description="The TCP port of HTTP; 0 takes a free one.")
    base_url: str = Field(
        "", description="How browsers reach the service, without a final slash; made from host and port when empty."
    )
    data_dir: Path = Field(Path(".data"), description="Where the embedded database and the server secret live.")
    database_url: str = Field(
        "",
        description="An SQLAlchemy URL (postgresql+asyncpg://…); an SQLite file in the data directory when empty.",
    )
    secret: str = Field(
        "", description="The key that join links are derived from; made and kept in the data directory when empty."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Addresses of reverse proxies whose X-Forwarded-For and -Proto are believed, separated by commas.",
    )

    media_host: str = Field("0.0.0.0", description="The address the media port is bound to.")  # noqa: S104
    media_port: int = Field(
        7000,
        ge=0,
        le=65535,
        description="The UDP port of all media; further media processes have the ports after it. 0 takes free ones.",
    )
    media_addresses: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The addresses told to browsers as candidates, separated by commas; this machine's own when empty.",
    )
    media_peers: int = Field(4000, ge=2, le=100_000, description="The most media sessions at once.")
    media_processes: int = Field(
        1,
        ge=0,
        le=64,
        description="Processes of the media plane, one core each; 0 runs it within the server, for development.",
    )
    media_linger_seconds: Seconds = Field(
        15, description="Seconds the media process goes on without the server, while that is restarted."
    )
    rate_off_air: Rate = Field(150_000, description="What a site without the floor may send, bit/s.")
    rate_on_deck: Rate = Field(600_000, description="What the site that speaks next may send, bit/s.")
    rate_on_air: Rate = Field(2_500_000, description="What the speaker and the hub may send, bit/s.")
    rate_content: Rate = Field(1_500_000, description="What a screen or a document that is presented may take, bit/s.")
    media_lost_after: Seconds = Field(6, description="Seconds of silence after which a publisher counts as lost.")
    stills_seconds: Annotated[float, Field(ge=0, le=60)] = Field(
        5, description="Seconds between two stills of each source; 0: none are taken, and no picture is checked."
    )

    recording_dir: str = Field(
        "", description="Where briefings are recorded, when a chair asks for it; recording is not offered when empty."
    )
    recording_low_mb: int = Field(
        2_000, ge=0, le=100_000_000, description="Megabytes that should be free there: below, an alarm is raised."
    )
    recording_days: Annotated[float, Field(ge=0, le=36_500)] = Field(
        0, description="Days after a briefing's end at which its recording is deleted; 0: recordings are kept."
    )

    documents_dir: str = Field(
        "",
        description="Where documents of briefings are kept; a folder in the data directory when empty. Nodes that "
        "share a database share this folder too.",
    )
    document_mb: int = Field(25, ge=1, le=1_000, description="The largest document, in megabytes.")
    documents_mb: int = Field(
        500, ge=1, le=100_000, description="The most that organizers may attach to one briefing, in megabytes."
    )
    papers_mb: int = Field(
        100, ge=1, le=100_000, description="The most that one site may hand in for one briefing, in megabytes."
    )

    turn_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="TURN relays for sites that cannot reach the media port, best first, separated by commas "
        "(turn:relay.example:3478?transport=udp, turns:relay.example:443?transport=tcp); they need a turn_secret.",
    )
    turn_secret: str = Field("", description="What the relays' credentials are made with: coturn's static-auth-secret.")
    turn_hours: Annotated[float, Field(gt=0, le=7 * 24)] = Field(12, description="Hours a relay's credentials work.")

    smtp_host: str = Field(
        "", description="The mail server that takes this service's mails; mails are kept and not sent when empty."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Its TCP port: 587 with starttls, 465 with tls.")
    smtp_tls: Tls = Field(
        Tls.STARTTLS,
        description="starttls, tls (from the first byte) or none; its certificate must be one this machine trusts.",
    )
    smtp_user: str = Field("", description="The name this service signs in to the mail server with; none when empty.")
    smtp_password_file: str = Field(
        "", description="A file with the password for it, read at each connection; chmod 600."
    )
    mail_from: str = Field(
        "", description="The office's mail address: invitations come from it and answers go to it; no mails when empty."
    )
    mail_name: str = Field("Giao Ban", min_length=1, max_length=100, description="The office's name in its mails.")
    mail_sent_by: str = Field(
        "", description="The mailbox this service sends from on the office's behalf; the office's own when empty."
    )

    mail_letter: str = Field(
        "",
        pattern=r"^[a-z0-9_-]{0,40}$",
        description="The layout (state, party, or one of the office's own) in which the formal letter is attached to"
        " invitations and changes; none is attached when empty.",
    )
    mail_days: Annotated[float, Field(ge=0, le=36_500)] = Field(
        400, description="Days for which mails that were sent are kept, to be looked at; 0: for ever."
    )
    imap_host: str = Field(
        "", description="The mail server whose mailbox the replies to invitations come to; none is read when empty."
    )
    imap_port: int = Field(993, ge=1, le=65535, description="Its TCP port: 993 with tls, 143 with starttls.")
    imap_tls: Encryption = Field(
        Encryption.TLS,
        description="tls (from the first byte), starttls or none; its certificate must be one this machine trusts.",
    )
    imap_user: str = Field("", description="The name this service signs in to that mailbox with.")
    imap_password_file: str = Field("", description="A file with the password for it, read at each visit; chmod 600.")
    imap_folder: str = Field(
        "INBOX",
        pattern=r"^[ !#-\[\]-~]{1,200}$",
        description="The folder that is read; messages stay there as they are.",
    )

    lobby_minutes: Minutes = Field(30, description="Minutes before the start at which the lobby opens by itself.")
    late_minutes: Minutes = Field(
        0, description="Minutes after the start at which sites that have not checked in are marked late."
    )
    overrun_minutes: Minutes = Field(
        60, description="Minutes after the planned end at which a briefing closes by itself: its hard end."
    )
    grace_seconds: Seconds = Field(30, description="Seconds a speaker that dropped keeps the floor.")
    lost_seconds: Seconds = Field(
        6, description="Seconds an event stream may be unacknowledged before its site counts as lost."
    )
    certified_for_secrets: bool = Field(
        False,
        description="Whether this deployment is certified for state secrets; without it the service refuses briefings "
        "that are classified Mật or above.",
    )
    time_zone: str = Field("Asia/Ho_Chi_Minh", description="The time zone people see.")
    profiles_dir: str = Field(
        "",
        description="A folder with the office's own layouts of documents (state.toml, party.toml, …); none when empty.",
    )
    days_file: str = Field(
        "",
        description="The office's own days off and working days in exchange, as CSV (see schedules/data); none when "
        "empty.",
    )
    session_hours: Annotated[float, Field(gt=0, le=24 * 31)] = Field(12, description="Hours a sign-in lasts.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error.")

    @field_validator("trusted_proxies", "media_addresses", "turn_urls", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """Read "a, b" as two addresses."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse a name at the start rather than at every request."""
        for network in value:
            ip_network(network, strict=False)
        return value

    @field_validator("media_addresses")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse a name at the start rather than at every offer: browsers take addresses only."""
        for address in value:
            ip_address(address)
        return value

    @field_validator("turn_urls")
    @classmethod
    def _relays(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse at the start what a browser would refuse at every connection."""
        for url in value:
            if not _TURN.fullmatch(url):
                raise ValueError(f"this is no TURN relay: {url}")
        return value

    @model_validator(mode="after")
    def _relays_have_a_secret(self) -> Self:
        if self.turn_urls and not self.turn_secret:
            raise ValueError("turn_urls need a turn_secret")
        return self

    @field_validator("mail_from", "mail_sent_by")
    @classmethod
    def _mail_addresses(cls, value: str) -> str:
        if value and not is_address(value):
            raise ValueError(f"this is no mail address: {value}")
        return value

    @model_validator(mode="after")
    def _mail_can_be_sent(self) -> Self:
        """Refuse what no mail could leave with, and a password that would cross the network in the clear."""
        if self.smtp_host and not self.mail_from:
            raise ValueError("smtp_host needs a mail_from")
        if bool(self.smtp_user) != bool(self.smtp_password_file):
            raise ValueError("smtp_user needs a smtp_password_file, and the other way round")
        if self.smtp_user and self.smtp_tls is Tls.NONE:
            raise ValueError("smtp_user needs smtp_tls")
        return self

    @model_validator(mode="after")
    def _mailbox_can_be_read(self) -> Self:
        """Refuse what nobody could sign in with."""
        if self.imap_host and not (self.imap_user and self.imap_password_file):
            raise ValueError("imap_host needs an imap_user and an imap_password_file")
        return self

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @model_validator(mode="after")
    def _enough_ports(self) -> Self:
        """Refuse ports that there are not."""
        if self.media_port + self.media_processes > 65536:  # noqa: PLR2004 - there are 65,536 ports
            raise ValueError("media_port leaves too few ports after it for so many media_processes")
        return self

    @property
    def own_url(self) -> str:
        """How people reach the service by an address in a mail, without a final slash."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def recordings(self) -> Path | None:
        """The folder of all recordings; None: there are none."""
        return Path(self.recording_dir).resolve() if self.recording_dir else None

    @property
    def documents(self) -> Path:
        """The folder of all documents."""
        return (Path(self.documents_dir) if self.documents_dir else self.data_dir / "documents").resolve()

    @property
    def keep_recordings(self) -> timedelta | None:
        """How long recordings are kept; None: for ever."""
        return timedelta(days=self.recording_days) if self.recording_days else None

    @property
    def keep_mails(self) -> timedelta | None:
        """How long mails that were sent are kept; None: for ever."""
        return timedelta(days=self.mail_days) if self.mail_days else None

    @property
    def grace(self) -> timedelta:
        """How long a speaker that dropped keeps the floor."""
        return timedelta(seconds=self.grace_seconds)
