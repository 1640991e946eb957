"""The gap assessment and the statement of applicability: where the organisation stands, all quoted."""
