"""Documents and pages out of one published file: what is signed and sent, what everybody opens (contract §6)."""
