"""`python -m govkit`."""

from govkit.cli.main import run

run()
