"""What `credkit document` is made of."""
