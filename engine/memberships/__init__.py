"""Who is in every saved segment, kept up with each change of the records and with the clock."""
