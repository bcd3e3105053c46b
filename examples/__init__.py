"""Sample companies that Frontdesk can serve out of the box."""
