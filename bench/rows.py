"""Rows of the tables: any number of each, all alike, and PostgreSQL's statistics brought up to date."""

import psycopg
from chassis.events.contracts import event_schema
from chassis.ground.json import JsonObject
from psycopg.types.json import Jsonb

ESPACE = "FACTURES_RECUES"
PERMISSION = "MODIFICATION"
PEOPLE = 100
"""Number of people in whose name the load speaks: those with the lowest numbers."""

_NUMBERS = "generate_series(1, %(count)s) AS n"

ACCOUNTS = f"""
    INSERT INTO accounts (id, login_email, contact_email, last_name, first_name, street, postcode, town, country,
        status, registered_at, mail_asked_at)
    SELECT n, 'person' || n || '@example.org', 'person' || n || '@example.org', 'Martin', 'Camille', '1 rue du Port',
        '29200', 'Brest', 'FR', 'ACTIF', now(), now()
    FROM {_NUMBERS}
"""
SESSIONS = f"""
    INSERT INTO sessions (id, account_id, family_hash, token_hash, created_at, last_used_at, expires_at, user_agent)
    SELECT n, n, md5(n::text), '', now(), now(), now() + interval '30 days', 'bench' FROM {_NUMBERS}
"""
"""Session of each person, of equal number."""
ESPACES = (
    f"""INSERT INTO structures SELECT n, 'SIRET', lpad(n::text, 14, '0'), 'Commune ' || n, 'ACTIF', false
    FROM {_NUMBERS}""",
    f"INSERT INTO people SELECT n, 'Martin', 'Camille', true FROM {_NUMBERS}",
    f"INSERT INTO attachments SELECT n, n, n, 'UTILISATEUR' FROM {_NUMBERS}",
    f"""INSERT INTO openings (structure_id, espace, permissions, options, status, opened_by, opened_at)
    SELECT n, '{ESPACE}', '["{PERMISSION}"]', '{{}}', 'ACTIVE', n, now() FROM {_NUMBERS}""",
    f"""INSERT INTO subscriptions (account_id, structure_id, espace, permission, status, requested_on, comment)
    SELECT n, n, '{ESPACE}', '{PERMISSION}', 'VALIDE', now(), '' FROM {_NUMBERS}""",
)
PRODUCER = "identity"
EVENT = f"{PRODUCER}.account_registered.v1"
PAYLOAD: JsonObject = event_schema(EVENT)["examples"][0]
OUTBOX = f"""
    INSERT INTO outbox (id, name, occurred_at, correlation_id, payload, position)
    SELECT gen_random_uuid(), '{EVENT}', now(), gen_random_uuid()::text, %(payload)s, {{position}} FROM {_NUMBERS}
"""
INBOX = f"INSERT INTO inbox SELECT gen_random_uuid(), '{PRODUCER}', '{EVENT}', n, now() FROM {_NUMBERS}"
TABLES = {
    "identity": ("accounts", "sessions"),
    "espaces": ("structures", "people", "attachments", "openings", "subscriptions"),
}


def fill(dsn: str, service: str, count: int) -> None:
    """Replace the contents of the service's tables."""
    statements = {"identity": (ACCOUNTS, SESSIONS), "espaces": ESPACES}[service]
    with psycopg.connect(dsn) as connection:
        connection.execute(f"TRUNCATE {', '.join(TABLES[service])} CASCADE".encode())
        for statement in statements:
            connection.execute(statement.encode(), {"count": count})
    _analyze(dsn)


def fill_outbox(dsn: str, published: int) -> None:
    """Fill the outbox with events `published` long ago."""
    with psycopg.connect(dsn) as connection:
        connection.execute(b"TRUNCATE outbox RESTART IDENTITY")
        connection.execute(OUTBOX.format(position="n").encode(), {"count": published, "payload": Jsonb(PAYLOAD)})
    _analyze(dsn)


def wait_in_outbox(dsn: str, published: int, waiting: int) -> None:
    """Add events without a position behind those `published`, and delete those of a round before."""
    with psycopg.connect(dsn) as connection:
        connection.execute(b"DELETE FROM outbox WHERE position > %s OR position IS NULL", (published,))
        connection.execute(OUTBOX.format(position="NULL").encode(), {"count": waiting, "payload": Jsonb(PAYLOAD)})
        connection.execute(b"UPDATE published SET position = %s", (published,))
    _analyze(dsn)


def fill_inbox(dsn: str, applied: int) -> None:
    """Fill the inbox with events `applied` long ago."""
    with psycopg.connect(dsn) as connection:
        connection.execute(b"TRUNCATE inbox, parked")
        connection.execute(b"CREATE TABLE IF NOT EXISTS effects (id bigserial PRIMARY KEY, event_id uuid NOT NULL)")
        connection.execute(INBOX.encode(), {"count": applied})
    _analyze(dsn)


def delete_newer(dsn: str, applied: int) -> None:
    """Delete the traces of a round before, behind the events `applied` long ago."""
    with psycopg.connect(dsn) as connection:
        connection.execute(b"TRUNCATE effects, followed")
        connection.execute(b"DELETE FROM inbox WHERE position > %s", (applied,))
        connection.execute(b"INSERT INTO followed VALUES (%s, %s)", (PRODUCER, applied))
    _analyze(dsn)


def _analyze(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
