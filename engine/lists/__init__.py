"""Lists of records: what the grids and the exports share."""
