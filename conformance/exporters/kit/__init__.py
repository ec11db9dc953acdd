"""What the exporters of all dialects share: settings, store, register, HTTP, clock and face."""
