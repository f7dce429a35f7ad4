"""Machinery that turns a Flask application into a service. It contains no word of the domain."""
