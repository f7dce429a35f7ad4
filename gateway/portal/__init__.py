"""French portal: server-rendered pages for people, with a room for each journey."""
