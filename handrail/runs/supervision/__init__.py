"""The parts of the supervisor. Standard library only; nothing here knows of incidents, packs or screens."""
