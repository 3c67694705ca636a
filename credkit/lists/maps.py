class ListMap:
    pass
