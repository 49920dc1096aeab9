"""The pages around a web service: what it takes and gives, code that calls it, and a form to try it (fact sheet 5.6)."""
