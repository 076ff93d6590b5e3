"""The command line, `gonghui`."""
