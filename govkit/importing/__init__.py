"""Other people's catalogs and mappings → ours."""
