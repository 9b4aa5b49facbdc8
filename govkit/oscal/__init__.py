"""OSCAL documents: reading, checking, writing."""
