"""Tokens that identity issues, and the keys and secrets behind them."""
