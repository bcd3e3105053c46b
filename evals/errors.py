"""What can go wrong before anything is measured."""


class EvalError(Exception):
    """The family of mistakes that the person at the terminal can mend; the text says how."""


class ScenariosInvalid(EvalError):
    """A scenario file cannot be used: mend each named line, then run again."""


class NothingToMeasure(EvalError):
    """No running Frontdesk was found, or it is not the demo that scenarios need."""


class DidNotStart(EvalError):
    """The Frontdesk that was started to be measured ended or stayed unready."""


class ShopUnfit(EvalError):
    """The shop holds no order such as a scenario needs."""
