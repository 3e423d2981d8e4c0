"""The commands, a file each; `matchmaker.cli.main.COMMANDS` lists them in order."""
