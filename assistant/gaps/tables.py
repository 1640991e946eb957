"""Tables of what people say beside the gap assessment."""
