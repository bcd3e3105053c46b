"""How commands end."""


def known_mistakes() -> tuple[type[Exception], ...]:
    """Errors whose text is written for the person at the terminal."""
    from app.audit.verifying import AuditBroken
    from app.channels.errors import ChannelError
    from app.companies.errors import CompanyError
    from app.db.migrate import MigrationChanged
    from app.embedded.errors import EmbeddedError
    from app.people.errors import PeopleError
    from app.replay.errors import ReplayError
    from app.settings import SettingsInvalid
    from app.turns.dead_letters import NoSuchDeadLetter
    from knowledge.publishing.switching import UnknownRelease, UnknownVersion
    from knowledge.sources.found import Unreadable
    from policies.problems import PolicyError

    return (
        AuditBroken,
        ChannelError,
        CompanyError,
        EmbeddedError,
        MigrationChanged,
        NoSuchDeadLetter,
        PeopleError,
        PolicyError,
        ReplayError,
        SettingsInvalid,
        UnknownRelease,
        UnknownVersion,
        Unreadable,
    )
