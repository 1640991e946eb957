"""Claims with their quotes, half of them false by one change: what the gate on wording is measured by."""
