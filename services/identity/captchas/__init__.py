"""Captchas, drawn and spoken (A-03)."""
