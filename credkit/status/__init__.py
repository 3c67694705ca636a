"""Where everyone stands: reads every room below, writes nothing, and is pure."""
