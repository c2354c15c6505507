"""The connections to SQLite that there are in this process: the driver keeps a thread for each."""

import threading


def threads() -> set[threading.Thread]:
    """Return the threads of all connections."""
    return {thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name}
