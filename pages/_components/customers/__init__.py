"""One customer by hand: created, edited, merged, an event recorded; and who may be there twice."""
