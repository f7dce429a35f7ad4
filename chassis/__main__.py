"""`python -m chassis` is `guichet`, for where its script is not installed."""

from chassis.cli import main

main(prog_name="guichet")
