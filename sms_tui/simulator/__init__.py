"""A simulated migration service, for the demo and for tests.

It states the service's rules a second time, by hand, and therefore imports nothing else of this program.
Where client and simulator agree, two independent readings of the service agree.
"""
