"""What Alembic runs: the migrations, over the connection and in the transaction that `migrate` hands in."""

from alembic import context

from server.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
