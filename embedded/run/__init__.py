"""Launcher of the embedded system."""
