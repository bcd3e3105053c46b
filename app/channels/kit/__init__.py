"""The channel conformance kit: what every channel must prove, against a vendor on loopback."""
