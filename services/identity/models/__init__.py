"""Tables of identity and the rules of their rows: one file for each subject."""
