"""Second factors: their algorithms and the encryption of their secrets (A-14)."""
