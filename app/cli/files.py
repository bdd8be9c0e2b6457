"""`taysir import`: a file into the records, all of it or nothing."""
