"""The search index: made from the messages, filled by the server.

Revision: 0002, after 0001
"""

from alembic import op

from zhanggui.chat.searching.tables import create_search

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index, empty. It holds nothing of its own: a later form of it drops this one and is filled anew."""
    create_search(op.get_bind())
