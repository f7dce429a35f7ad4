"""French sentences for every code of the services: the only place that holds them.

A sentence describes the problem and the next step. A code without a sentence of its own is worded by its HTTP status:
people never read codes.
"""
