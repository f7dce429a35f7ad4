"""Second factors, the second step of a sign-in, and what passkeys are asked to sign."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.column_types import BigInt, Json, UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "authenticator_apps",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        _account_id("authenticator_apps"),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("account_id", name="uq_authenticator_apps_account_id"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        _account_id("recovery_codes"),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.UniqueConstraint("account_id", "code_hash", name="uq_recovery_codes_account_id_code_hash"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        _account_id("passkeys"),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", Json, nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
    )
    op.create_index("ix_passkeys_account_id", "passkeys", ["account_id"])
    op.create_table(
        "second_steps",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        _account_id("second_steps"),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.UniqueConstraint("token_hash", name="uq_second_steps_token_hash"),
    )
    op.create_index("ix_second_steps_account_id", "second_steps", ["account_id"])
    op.create_table(
        "passkey_challenges",
        sa.Column("challenge", sa.LargeBinary(64), primary_key=True),
        sa.Column("purpose", sa.String(40), nullable=False),
        _account_id("passkey_challenges", nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_passkey_challenges_account_id", "passkey_challenges", ["account_id"])
    op.create_index("ix_passkey_challenges_expires_at", "passkey_challenges", ["expires_at"])


def _account_id(table: str, *, nullable: bool = False) -> sa.Column[int]:
    account = sa.ForeignKey("accounts.id", name=f"fk_{table}_account_id")
    return sa.Column("account_id", BigInt, account, nullable=nullable)
