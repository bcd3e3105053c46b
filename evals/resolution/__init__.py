"""`frontdesk eval resolution`: is a conversation settled, does it need a person?"""
