"""The packs that come with Handrail: TOML and Markdown, no code."""
