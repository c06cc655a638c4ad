"""How filters are said in English: words of fields, and one pattern per kind of condition."""
