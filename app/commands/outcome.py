"""How commands end."""


def known_mistakes() -> tuple[type[Exception], ...]:
    """Errors whose text is written for the person at the terminal."""
    from app.channels.errors import ChannelError
    from app.companies.errors import CompanyError
    from app.db.migrate import MigrationChanged
    from app.embedded.errors import EmbeddedError
    from app.people.errors import PeopleError
    from app.replay.errors import ReplayError
    from app.settings import SettingsInvalid
    from app.turns.dead_letters import NoSuchDeadLetter
    from policies.problems import PolicyError

    return (
        ChannelError,
        CompanyError,
        EmbeddedError,
        MigrationChanged,
        NoSuchDeadLetter,
        PeopleError,
        PolicyError,
        ReplayError,
        SettingsInvalid,
    )
