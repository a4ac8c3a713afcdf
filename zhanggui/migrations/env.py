"""Where alembic comes in: on a connection that is handed over, inside the transaction of whoever hands it."""

from alembic import context

from zhanggui.migrations import compared, include
from zhanggui.migrations.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    include_object=include,
    user_module_prefix="",
    **compared(),
)
context.run_migrations()
