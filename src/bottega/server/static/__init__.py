"""The studio in a browser, as it is built from `web/`."""
