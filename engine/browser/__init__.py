"""The grids: what they ask for, read into our language, and the rows and totals they get."""
