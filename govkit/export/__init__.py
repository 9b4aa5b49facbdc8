"""Machine-readable views of the records; every document names its schema and version."""
