"""Things that draw one value. They take values and post messages, and reach for nothing else."""
