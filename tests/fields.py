"""The fields of a workspace without a record, for tests of the language."""

from engine.base.kinds.fields import catalogue, customer_fields, record_fields

FIELDS = customer_fields()
RECORD_ROWS = record_fields()
EMPTY_CATALOGUE = catalogue()
