"""A mail server for one machine: keeps each mail that it accepts and shows it in a page. Embedded default only."""
