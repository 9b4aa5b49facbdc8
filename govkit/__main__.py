"""`python -m govkit`."""

from govkit.cli.entry import run

run()
