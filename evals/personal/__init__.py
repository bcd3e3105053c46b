"""Personal details in replies: found in eight locales and more, and nothing else taken for one."""
