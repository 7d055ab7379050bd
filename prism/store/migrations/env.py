"""What Alembic runs to migrate: on the connection, and in the transaction, of whoever asked."""

from alembic import context

if __name__ == "env_py":  # the name under which Alembic runs this file; it is nothing that can be imported
    context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
    context.run_migrations()
