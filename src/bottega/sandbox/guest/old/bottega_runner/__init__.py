"""What runs around a script inside an old Python: 2.7 or 3.x, in what both understand, with pandas from 0.19 on.

It does only what must happen in that Python: make frames, import the script, call it, take its frames apart. Every rule
of what that means stands on the other side of the channel, in the guest of today's Pythons.
"""
