"""The output of a run on the screen: its lines drawn, found, marked and handed on."""
