"""French portal: server-rendered pages for people, in one room for each journey."""
