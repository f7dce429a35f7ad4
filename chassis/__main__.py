"""Entry point `python -m chassis`, equal to `guichet` where its script is not installed."""

from chassis.cli import main

main(prog_name="guichet")
