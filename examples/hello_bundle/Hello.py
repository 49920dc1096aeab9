"""A module for a script bundle: zip this file and connect it to the port Script Bundle."""


def print_hello(name):
    print("Hello", name)
