"""Questions to git: when a bar was set, who approved, what changed between releases. Reads, never writes."""
