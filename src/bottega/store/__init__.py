"""The workspace: files named by digest, and what is known of them in a database."""
