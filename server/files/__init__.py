"""Files that people hand over: kept under the hash of their bytes, and taken for what their content is."""
