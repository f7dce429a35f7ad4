"""Entry point `python -m embedded.mailsink`: both servers in one process, until SIGTERM or SIGINT."""

import errno
import signal
import socket
import sys
import threading
from pathlib import Path

import click
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from embedded.mailsink.smtp import LOOPBACK, smtp_server
from embedded.mailsink.store import MailStore
from embedded.mailsink.web import mailbox_app


class Silent(WSGIRequestHandler):
    """Request handler without an access log, since addresses are in it."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True, help="address to listen on; 0.0.0.0 inside a container")
@click.option("--smtp-port", type=click.IntRange(1, 65535), default=1025, show_default=True)
@click.option("--web-port", type=click.IntRange(1, 65535), default=8025, show_default=True)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="where the mails are kept",
)
def main(host: str, smtp_port: int, web_port: int, folder: Path) -> None:
    """Accept mail, keep it in FOLDER and show it in a page."""
    for port in (smtp_port, web_port):
        _claim(host, port).close()  # before the folder is touched: it may be another one's
    store = MailStore(folder)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    web, smtp = web_server(mailbox_app(store), host, web_port), smtp_server(store, host, smtp_port)
    smtp.start()
    threading.Thread(target=web.serve_forever, name="web", daemon=True).start()
    print(f"mail sink: SMTP on {host}:{smtp_port}, mails at http://{host}:{web_port}", flush=True)
    stopping.wait()
    smtp.stop()
    web.shutdown()


def web_server(app: Flask, host: str, port: int) -> BaseWSGIServer:
    with _claim(host, port) as listening:
        return make_server(host, port, app, threaded=True, request_handler=Silent, fd=listening.fileno())


def _claim(host: str, port: int) -> socket.socket:
    """Bind the port. End the process with one sentence where it is taken; the two servers would print a traceback."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        sys.exit(f"mail sink: port {port} cannot be used ({errno.errorcode.get(error.errno or 0, 'OSError')})")


if __name__ == "__main__":
    main()
