"""What `gonghui check` found, told: as a screen, as JSON, as a list for whoever sent the files."""
