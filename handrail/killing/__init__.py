"""Steps that kill by a pattern: `pkill -f`, `killall`, `kill $(pgrep …)`. What they would kill is shown beforehand, and
Handrail's own console, supervisors and shells are never among it."""
