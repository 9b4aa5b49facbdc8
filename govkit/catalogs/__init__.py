"""The shipped and the user's catalogs of requirements and controls, and the mappings between them."""
