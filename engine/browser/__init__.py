"""The grid of customers: what it asks for, read into our language, and the rows it gets."""
