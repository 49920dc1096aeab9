"""The sandbox: `guest` runs inside the jail, `host` outside it."""
