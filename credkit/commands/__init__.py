"""The commands: one group a file. They read options, call one step or report, and hand the result to render."""
