"""Runs of evals kept to be read and compared, and customers' messages that want to be labelled."""
