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
