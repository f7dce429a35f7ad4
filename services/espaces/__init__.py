"""Espaces: openings on structures, subscriptions of people, and the access check that follows from them."""
