"""Web services: a finished experiment frozen as a program, run in memory for each call."""
