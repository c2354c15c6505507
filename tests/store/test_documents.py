"""The files that journals name: written with the entry that names them."""

from server.core.events import Addressees, DocumentAttached, DocumentWithdrawn, File, PaperHandedIn
from server.core.ids import DocumentId
from server.store import documents
from server.store.database import Database
from tests.store.stories import HA_NOI, scheduled, store

ATTACHED, HANDED_IN, STRANGER = ("a" * 64, "b" * 64, "c" * 64)


def file(digest: str) -> File:
    return File("Báo cáo.pdf", "application/pdf", 1000, digest)


async def test_hash_is_named_from_the_entry_on_whatever_becomes_of_it(database: Database) -> None:
    briefing = await scheduled(database)
    one, other = DocumentId("one"), DocumentId("other")
    events = (
        DocumentAttached(one, file(ATTACHED), Addressees(everybody=True)),
        DocumentWithdrawn(one),
        PaperHandedIn(1, HA_NOI, other, file(HANDED_IN)),
        PaperHandedIn(1, HA_NOI, other, file(HANDED_IN)),
    )

    await store(database, briefing, *events)

    async with database.read() as session:
        assert await documents.named(session, [ATTACHED, HANDED_IN, STRANGER]) == {ATTACHED, HANDED_IN}
        assert await documents.named(session, []) == frozenset()
