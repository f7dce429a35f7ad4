"""What an operator looks at and mends on the way of the events: `guichet events …`."""
