"""One file per format: what stands in an evidence file, as measurements. No requirement, no threshold, no report."""
