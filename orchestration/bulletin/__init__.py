"""Documents and pages out of one published file: what is signed, what everybody opens (contract §6)."""
