"""The commands without a screen. None of them imports Textual."""
