"""The records: frozen, closed, without I/O. Pure rules on one record stand beside it."""
