"""Views of an assessment for people: HTML and PDF. Judges nothing."""
