"""Password policy and Argon2id hashing, a bounded number at a time (A-08, A-11)."""
