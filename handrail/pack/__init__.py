"""A pack: what a team configured (services, probes, rules, rewrites), read from TOML, checked and typed."""
