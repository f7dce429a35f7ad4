"""`make run`: arranges the real processes on this machine, without Docker, RabbitMQ or PostgreSQL."""
