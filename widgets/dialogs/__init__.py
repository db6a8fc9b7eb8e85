"""Questions on a screen of their own."""
