"""What Prometheus is told of the rooms and the media plane."""

from prometheus_client.parser import text_string_to_metric_families

from tests.service import Service, site


async def test_metrics_tell_of_rooms_and_media(served: Service) -> None:
    path = await served.briefing()
    async with served.http.get(f"{path}/events", headers=served.bearer(site(path, "38"))) as stream:
        await stream.content.readuntil(b"event: status")

        answer = await served.call("GET", "/metrics", "")

    seen = {
        sample.name: sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if not sample.labels
    }
    assert seen["giaoban_briefings_running"] == 1
    assert seen["giaoban_sites_present"] == 1
    assert seen["giaoban_event_streams"] == 1
    assert (seen["giaoban_media_peers"], seen["giaoban_media_forged_total"]) == (0, 0)
    assert seen["giaoban_media_helpers_lost_total"] == 0
