"""The fuzzer: what a server may answer, changed at random, against what users call."""
