"""Records of an assessment as plain rows of strings and links, in the order in which a report shows them."""
