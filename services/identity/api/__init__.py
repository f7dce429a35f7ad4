"""Routes of identity: one file for each subject."""
