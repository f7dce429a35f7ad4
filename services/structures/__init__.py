"""Structures: the legal entities that people work for, and who is attached to them."""
