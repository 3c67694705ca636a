"""Tables that people send us and that we send them: rows out of CSV, XLSX and JSON, column maps, strict dates, safe CSV and XLSX out."""
