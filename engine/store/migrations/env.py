"""Alembic's entry: runs the migrations on the connection that `database.open_database` gives."""

from alembic import context

from engine.store.results.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    user_module_prefix="",  # our types are imported by name
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
