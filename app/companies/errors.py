"""Why a company's folder is not made."""


class CompanyError(Exception):
    """Nothing was written: the message says what stands in the way and what to do."""


class BadName(CompanyError):
    """The company's name cannot be used: give another."""


class FolderTaken(CompanyError):
    """Something is there already, and nothing is ever overwritten: name another folder."""


class CannotRead(CompanyError):
    """What the company shall be made from cannot be read: the message names file, line and remedy."""
