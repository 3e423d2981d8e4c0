"""The command: files in, results on stdout or in a folder, messages on stderr."""
