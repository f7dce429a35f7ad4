"""Limits for strangers, and answers of even duration (A-10, A-11)."""
