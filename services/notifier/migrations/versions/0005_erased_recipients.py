"""Recipients whose account is erased; mails that know whose words they hold, and keep none once they are settled."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.column_types import Json

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("recipients", sa.Column("is_erased", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("mails", sa.Column("words_of", Json, nullable=False, server_default="{}"))
    op.create_index("ix_mails_account_id", "mails", ["account_id"])
    mails = sa.table("mails", sa.column("context", Json), sa.column("state"))
    op.execute(mails.update().where(mails.c.state.in_(["SENT", "DROPPED"])).values(context={}))
