"""Reading free Chinese address text: folding, segmenting, naming divisions, writing the standard form."""
