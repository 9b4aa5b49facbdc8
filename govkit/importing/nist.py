"""What is true of every file that NIST publishes about the AI RMF."""

from __future__ import annotations

PUBLISHER = "National Institute of Standards and Technology (NIST), United States"

LICENCE = (
    "Work of the United States Government, in the public domain in the United States (17 USC 105). NIST asks to be "
    "named as the source."
)

OLDER = (
    "The wording is older than the publication NIST AI 100-1 of January 2023: {differ} of {of} statements differ from "
    "it. Quote the publication where the words matter."
)
"""Source: comparison of both files with the publication in xtksystems/visua, corpus/nist-ai-rmf, read 2026-11-23."""
