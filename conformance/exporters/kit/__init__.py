"""The exporters behind the adapter, one for each dialect: what `configure` chooses from."""
