"""Limits for strangers, and answers whose duration says nothing (A-10, A-11)."""
