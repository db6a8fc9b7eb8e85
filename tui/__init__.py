"""The app: command line, Textual App, modes, palette, themes, signals, the wall's own App."""
