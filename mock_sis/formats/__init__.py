"""JSON and XML bodies, converted to plain data and back."""
