"""Stand-ins of what storages connect to, each a real program on loopback, started by the tests."""

# What a server needs to talk to them: it may ask loopback, and says why S3 there has failed (an
# endpoint by its address has the empty domain, which the comma stands for).
ENVIRON = {"SSRF_PROTECTION_ENABLED": "false", "S3_TRUSTED_STORAGE_DOMAINS": ","}
