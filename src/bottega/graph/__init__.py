"""The experiment: document, file, topology, validation and difference; it runs nothing."""
