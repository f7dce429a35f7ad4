"""`make demo-data`: people, structures, requests and subscriptions of a believable size, to see pages full."""
