"""The mirror of the release in force in PostgreSQL; nothing outside asks for more than `mirrored`."""
