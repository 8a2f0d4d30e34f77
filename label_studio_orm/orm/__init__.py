"""The active-record machine: fields, records, queries, cache, jobs.

It knows nothing of Label Studio but what a record class says of itself.
"""
