from flask import Flask

from gateway import security


def test_a_page_may_be_stricter_than_the_rest() -> None:
    app = Flask("any")
    security.install(app, over_https=False)
    app.add_url_rule("/", view_func=lambda: ("", {"Content-Security-Policy": "default-src 'none'"}))

    answer = app.test_client().get("/")

    assert answer.headers.getlist("Content-Security-Policy") == ["default-src 'none'"]
