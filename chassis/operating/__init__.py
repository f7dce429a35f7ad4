"""Tools of an operator for events on their way: `guichet events …`."""
