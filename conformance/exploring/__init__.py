"""Explores what an exporter does in generated situations, and plays stories that were kept."""
