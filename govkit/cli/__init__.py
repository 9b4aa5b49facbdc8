"""One file per command. Only here: printing, the clock, the environment, exit codes."""
