"""What every room may use and none owns: time, months, the lock, logs, settings, files, SQL's quoting."""
