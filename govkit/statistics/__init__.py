"""Intervals, comparisons and sample sizes: numbers in, numbers out. No files, no clock, nothing else of govkit."""
