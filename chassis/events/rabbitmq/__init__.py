"""AMQP 0-9-1 through pika, imported in this package alone: publishing with confirms, and subscribing to a queue.

Each of the two has a connection of its own, served by a thread of its own: heartbeats go on while a handler takes its
time, and a broker that blocks publishers (disk or memory alarm) still delivers.
"""
