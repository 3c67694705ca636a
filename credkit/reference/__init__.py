"""Facts of the trade that are nobody's policy: states, professions and their taxonomies, and check digits."""
