"""Parts of the incident screen that have a subject of their own: questions, links, values, classes, changes."""
