"""What this host can and cannot hold: looked at when the console starts, and by `handrail doctor`."""
