"""The nouns that only Label Studio Enterprise has.

No Enterprise server was at hand: tests/contract compares each request with that of the official
SDK's method, and reads the fields of its response types.
"""
