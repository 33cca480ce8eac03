"""Alembic's environment: runs migrations on a connection that the program hands over (app/migrate.py)."""

from alembic import context
from sqlmodel import SQLModel

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run migrations with `thicket migrate`: it knows the database.")
context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
