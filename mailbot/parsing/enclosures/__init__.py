"""Files inside files: what each container gives away, found by one module for each family of formats."""
