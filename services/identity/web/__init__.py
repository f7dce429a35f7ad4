"""Current request of identity: its origin, its session, and silent transactions for strangers."""
