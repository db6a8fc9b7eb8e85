"""The operator's terminal: what comes in from it made whole, what goes out at a pace it can hold."""
