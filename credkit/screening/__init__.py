"""People held against exclusion lists: names, keys, an index over the rows it is given, and the verdict. Pure values."""
