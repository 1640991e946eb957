"""Data of the project: requirements, crosswalk, plain words, the sample organisation."""
