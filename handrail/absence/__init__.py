"""Being away: what a console had seen when it was lost, and what has happened since."""
