"""Filling the tables: so many of each, all alike, and what PostgreSQL knows of them brought up to date."""

import psycopg

ESPACE = "FACTURES_RECUES"
PERMISSION = "MODIFICATION"
PEOPLE = 100
"""How many different people the load speaks for: those with the lowest numbers."""

_NUMBERS = "generate_series(1, %(count)s) AS n"

ACCOUNTS = f"""
    INSERT INTO accounts (id, login_email, contact_email, last_name, first_name, street, postcode, town, country,
        status, registered_at, mail_asked_at)
    SELECT n, 'person' || n || '@example.org', 'person' || n || '@example.org', 'Martin', 'Camille', '1 rue du Port',
        '29200', 'Brest', 'FR', 'ACTIF', now(), now()
    FROM {_NUMBERS}
"""
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
TABLES = {
    "identity": ("accounts",),
    "espaces": ("structures", "people", "attachments", "openings", "subscriptions"),
}


def fill(dsn: str, service: str, count: int) -> None:
    """Replaces what the service's tables hold."""
    statements = {"identity": (ACCOUNTS,), "espaces": ESPACES}[service]
    with psycopg.connect(dsn) as connection:
        connection.execute(f"TRUNCATE {', '.join(TABLES[service])} CASCADE".encode())
        for statement in statements:
            connection.execute(statement.encode(), {"count": count})
    _analyze(dsn)


def _analyze(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
