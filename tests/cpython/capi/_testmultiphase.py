"""Stand-in: an extension module that exists. See README.md."""
