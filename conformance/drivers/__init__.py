"""How the suite reaches an adapter."""
