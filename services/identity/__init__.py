"""Accounts, their activation and sign-in, and the tokens that every service trusts (rules A-01 to A-15)."""
