"""The judgement: records in, one Assessment out. No files, no clock, no git."""
