"""The routes of identity, one file for each thing that they are about."""
