"""Documents and a site for people who read no SQL, out of published tables alone (contract §6)."""
