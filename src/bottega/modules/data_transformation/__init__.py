"""Data Transformation: shaping, cleaning, joining and splitting tables."""
