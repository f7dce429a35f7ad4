"""Mail server for one machine: it stores each accepted mail and shows it in a page. Embedded default only."""
