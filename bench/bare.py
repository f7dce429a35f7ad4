"""Floor of the routes: Flask, psycopg and one query, on the server that we use: `python -m bench.bare PORT DSN`.

No token is verified here, nothing is logged, no input is checked and no transaction opened: the rest of our routes'
cost is the price of these.
"""

import sys
from collections.abc import Callable, Sequence
from queue import LifoQueue
from typing import Any, Generic, TypeVar

import psycopg
from chassis.ground.settings import WebSettings
from chassis.processes.server import serve
from flask import Flask, Response, jsonify, request
from psycopg.rows import RowFactory, dict_row, namedtuple_row

Row = TypeVar("Row")

THREADS = 16
ACCOUNT = """
    SELECT accounts.id AS account_id, login_email, contact_email, last_name, first_name, street, postcode, town,
        country, status, version, awaited_login_email
    FROM accounts JOIN sessions ON sessions.account_id = accounts.id
    WHERE sessions.id = %s AND ended_at IS NULL AND expires_at > now()
"""
"""Account of an open session, in a single statement."""
ACCESS = """
    SELECT people.is_active, structures.status, structures.is_centre_de_gestion, attachments.role,
        openings.id AS opening_id, subscriptions.status AS subscription_status
    FROM {asked}
    LEFT JOIN people ON people.account_id = asked.account_id
    LEFT JOIN structures ON structures.structure_id = asked.structure_id
    LEFT JOIN attachments ON attachments.account_id = asked.account_id
        AND attachments.structure_id = asked.structure_id
    LEFT JOIN openings ON openings.structure_id = asked.structure_id AND openings.espace = asked.espace
        AND openings.status = 'ACTIVE'
    LEFT JOIN subscriptions ON subscriptions.account_id = asked.account_id
        AND subscriptions.structure_id = asked.structure_id AND subscriptions.espace = asked.espace
        AND subscriptions.permission = asked.permission
        AND subscriptions.status IN ('EN_COURS_DE_VALIDATION', 'VALIDE')
"""
SINGLE_ACCESS = ACCESS.format(
    asked="(SELECT %s::bigint AS account_id, %s::bigint AS structure_id, %s AS espace, %s AS permission) AS asked"
)
MANY = ACCESS.format(
    asked="unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) WITH ORDINALITY"
    " AS asked(account_id, structure_id, espace, permission, number)"
)


class Pool(Generic[Row]):
    """Open connections, as many as there are threads."""

    def __init__(self, dsn: str, rows: RowFactory[Row]) -> None:
        self._free: LifoQueue[psycopg.Connection[Row]] = LifoQueue()
        for _ in range(THREADS):
            self._free.put(psycopg.connect(dsn, autocommit=True, row_factory=rows))

    def run(self, query: str, values: Sequence[object]) -> list[Row]:
        connection = self._free.get()
        try:
            return connection.execute(query.encode(), values).fetchall()
        finally:
            self._free.put(connection)


def account(dsn: str) -> Callable[..., Response]:
    pool = Pool(dsn, dict_row)

    def show(account_id: int) -> Response:
        return jsonify(pool.run(ACCOUNT, (account_id,))[0])

    return show


def access(dsn: str) -> Callable[..., Response]:
    pool = Pool(dsn, namedtuple_row)

    def check() -> Response:
        query = request.args
        values = (int(query["account_id"]), int(query["structure_id"]), query["espace"], query["permission"])
        return jsonify(_decided(pool.run(SINGLE_ACCESS, values)[0]))

    return check


def accesses(dsn: str) -> Callable[..., Response]:
    pool = Pool(dsn, namedtuple_row)

    def check() -> Response:
        checks = request.get_json()["checks"]
        values = [[check[name] for check in checks] for name in ("account_id", "structure_id", "espace", "permission")]
        return jsonify(items=[_decided(row) for row in pool.run(f"{MANY} ORDER BY asked.number", values)])

    return check


def _decided(row: Any) -> dict[str, object]:
    allowed = row.subscription_status == "VALIDE" and row.opening_id is not None and row.status == "ACTIF"
    return {"allowed": allowed, "reason": "granted" if allowed else "no_subscription", "until": None}


def create_app(dsn: str) -> Flask:
    app = Flask("bare", static_folder=None)
    if dsn.endswith("/identity"):
        app.get("/accounts/<int:account_id>")(account(dsn))
    else:
        app.get("/access", endpoint="one")(access(dsn))
        app.post("/access/checks", endpoint="many")(accesses(dsn))
    return app


if __name__ == "__main__":
    serve(lambda: create_app(sys.argv[2]), WebSettings(port=int(sys.argv[1]), threads=THREADS, log_level="WARNING"))
