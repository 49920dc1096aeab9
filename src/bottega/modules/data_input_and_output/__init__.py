"""Data Input and Output: where tables come from and go to."""
