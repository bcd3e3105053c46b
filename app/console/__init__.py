"""The API of agents, supervisors, designers and evaluators, and the pages it is used from."""
