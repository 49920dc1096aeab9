"""The sandbox from outside: pools of jails, their limits, and the environments in them."""
