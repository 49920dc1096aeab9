"""What runs inside the jail around a module of the catalogue, in Bottega's own environment.

It knows the declarations of modules and the exchange of tables; nothing of the host's.
"""
