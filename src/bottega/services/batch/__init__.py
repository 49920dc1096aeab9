"""Batch jobs of web services: tables from files in storage to files in storage, in the background (fact sheet 5.3)."""
