"""The live feed: what happened, in the order it became visible, read by a cursor that loses nothing."""
