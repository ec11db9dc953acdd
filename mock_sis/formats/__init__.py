"""Convert JSON and XML bodies to plain data and back."""
