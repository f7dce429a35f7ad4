"""Current request of identity: its origin, its session, and transactions that say nothing to strangers."""
