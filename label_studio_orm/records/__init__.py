"""The nouns of Label Studio, one file each; `registry.RECORDS` lists their classes."""
