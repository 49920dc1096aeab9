"""What runs in the process that reads scripts: it imports nothing but the standard library and the converter."""
