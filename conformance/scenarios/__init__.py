"""The situations that exporters are put in, each a few lines of data."""
