"""Settings that cannot work are refused at the start, not at every request."""

import pytest
from pydantic import ValidationError

from server.settings import Settings


@pytest.mark.parametrize("name", ["trusted_proxies", "media_addresses"])
def test_name_where_an_address_is_needed_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({name: "caddy, 10.0.0.1"})


def test_addresses_are_read_from_one_line() -> None:
    settings = Settings.model_validate({"trusted_proxies": "10.0.0.0/8, ::1", "media_addresses": "192.0.2.1"})

    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")
    assert settings.media_addresses == ("192.0.2.1",)


@pytest.mark.parametrize(
    "given",
    [
        {"turn_urls": "turn:relay.example"},
        {"turn_urls": "relay.example", "turn_secret": "x"},
        {"turn_urls": "turn:relay.example?transport=sctp", "turn_secret": "x"},
        {"turn_urls": 'turn:relay.example>; rel="next', "turn_secret": "x"},
    ],
)
def test_relay_that_no_browser_could_use_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(given)


def test_relays_are_read_from_one_line() -> None:
    line = "turn:relay.example:3478?transport=udp, turns:[2001:db8::1]:443"

    assert Settings.model_validate({"turn_urls": line, "turn_secret": "x"}).turn_urls == tuple(line.split(", "))


def test_ports_that_there_are_not_are_refused() -> None:
    with pytest.raises(ValidationError):
        Settings(media_port=65_535, media_processes=2)
    assert Settings(media_port=65_535, media_processes=1).media_port == 65_535


@pytest.mark.parametrize(
    "given",
    [
        {"smtp_host": "mail.example.vn"},
        {"mail_from": "Văn phòng <vp@example.vn>"},
        {"mail_from": "vp@example.vn", "mail_sent_by": "giaoban"},
        {"mail_from": "vp@example.vn", "smtp_host": "mail.example.vn", "smtp_user": "giaoban"},
        {"mail_from": "vp@example.vn", "smtp_host": "mail.example.vn", "smtp_password_file": "password"},
        {
            "mail_from": "vp@example.vn",
            "smtp_host": "mail.example.vn",
            "smtp_user": "giaoban",
            "smtp_password_file": "password",
            "smtp_tls": "none",
        },
    ],
)
def test_mail_that_could_not_leave_or_would_show_its_password_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(given)
