"""The commands of `frontdesk`; heavy imports happen inside the functions, so that --help answers at once."""
