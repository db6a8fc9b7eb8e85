"""One task each. A screen holds a Watcher or an Operator and turns messages into calls."""
