"""French sentences for every code of the services: the only place that holds them.

A sentence says what is wrong and what to do next. A code without a sentence gets one by its HTTP status: people never
read codes.
"""
