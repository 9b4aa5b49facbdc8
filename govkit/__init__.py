"""govkit: governance of AI models as plain text, proof and code."""

__version__ = "0.1.0"
