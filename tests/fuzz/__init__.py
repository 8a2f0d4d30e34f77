"""The fuzzer: users' calls against randomly mutated responses."""
