"""Flows of several transactions: one file for each."""
