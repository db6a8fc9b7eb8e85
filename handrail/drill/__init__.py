"""Practice worlds: a process of its own, fake services, stand-in tools, faults."""
