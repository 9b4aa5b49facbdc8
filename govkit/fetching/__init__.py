"""Answers of servers, asked for by a person and saved as files. Nothing else in govkit reaches the network."""
