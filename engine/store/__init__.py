"""The records: the only place that knows SQLAlchemy and Delta."""
