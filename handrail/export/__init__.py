"""An incident handed on as one file: the record as it is sealed, its papers and outputs, and both to be read."""
