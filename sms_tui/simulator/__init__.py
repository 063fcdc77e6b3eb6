"""The migration service in a box, for the demo and for tests.

It states the service's rules a second time, by hand, and therefore imports nothing else of this program:
where the client and the simulator agree, two independent readings of the service agree.
"""
