"""Old scripts for today: Python 2 becomes Python 3, and what libraries removed is found and rewritten where that is safe."""
