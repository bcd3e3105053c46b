"""Pure judgements about a conversation: sentiment's trend, risk, urgency, tone."""
