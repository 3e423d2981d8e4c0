"""The engine behind HTTP: jobs that are never lost, never doubled and never in each other's way.

Nothing of the matching is decided here. Each job runs in a process of its own (`service.child`), the server
(`service.app`) answers, and the store (`service.store`) remembers.
"""
