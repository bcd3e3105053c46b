"""Settings: one place that reads the environment, and mistakes that say what to do."""

import re
from pathlib import Path

import pytest

from app.settings import Settings, SettingsInvalid, inherited_environment, load_settings


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FRONTDESK_{name.upper()}", raising=False)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert (settings.port, settings.demo, settings.host) == (5005, True, "127.0.0.1")
    assert settings.book.name == "book"


def test_every_variable_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_a_variable_overrides_the_default_and_an_option_overrides_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FRONTDESK_PORT", "6006")
    assert load_settings().port == 6006
    assert load_settings(port=7007).port == 7007
    assert load_settings(port=None).port == 6006


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", "")
    assert load_settings().database_url is None


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("FRONTDESK_PORT", "70000", "Port of the engine and console"),
        ("FRONTDESK_WORKERS", "many", "Turns that one engine computes"),
        ("FRONTDESK_LOG_LEVEL", "loud", "Least severe log line"),
        ("FRONTDESK_NLU_URL", "ftp://nlu", "NLU service"),
    ],
)
def test_a_mistake_names_the_variable_and_what_it_is_for(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=name) as told:
        load_settings()
    assert remedy in str(told.value)


def test_a_model_address_without_a_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_LLM_URL", "http://127.0.0.1:1/v1")
    with pytest.raises(SettingsInvalid, match="name the model"):
        load_settings()


def test_a_mistaken_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_NLU_URL", "nlu:hunter2@host")
    with pytest.raises(SettingsInvalid) as told:
        load_settings()
    assert "hunter2" not in str(told.value)


def test_passwords_are_hidden_when_settings_are_printed() -> None:
    settings = load_settings(database_url="postgresql://u:hunter2@127.0.0.1/x")
    assert "hunter2" not in repr(settings)
    assert settings.url_of("database") == "postgresql://u:hunter2@127.0.0.1/x"


def test_the_data_folder_is_absolute_wherever_the_command_starts() -> None:
    assert load_settings(data_dir=Path("here")).state == Path.cwd() / "here"


def test_children_inherit_the_machine_but_no_variable_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_LLM_KEY", "secret")
    monkeypatch.setenv("PGPASSWORD", "secret")
    assert "secret" not in inherited_environment().values()
    assert "PATH" in inherited_environment()


def test_only_settings_reads_the_environment() -> None:
    root = Path(__file__).parents[2]
    readers = [
        str(path.relative_to(root))
        for package in ("app", "graphs", "policies", "tools", "guardrails", "knowledge")
        for path in (root / package).rglob("*.py")
        if re.search(r"os\.environ(?!\.setdefault)|getenv", path.read_text("utf-8"))
    ]
    assert readers == ["app/settings.py"]


def test_operations_documents_every_variable_with_its_meaning_and_no_other() -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `FRONTDESK_([A-Z0-9_]+)` \| .*? \| (.+) \|$", text, re.MULTILINE))
    assert told == {name.upper(): field.description for name, field in Settings.model_fields.items()}


def test_a_system_that_is_chosen_names_all_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_ORDERS_FROM", "shopify")
    monkeypatch.setenv("FRONTDESK_TICKETS_FROM", "zendesk")
    monkeypatch.setenv("FRONTDESK_ZENDESK_URL", "https://acme.zendesk.com")

    with pytest.raises(SettingsInvalid) as told:
        load_settings()

    assert re.findall(r"(\w+) is missing, which (\w+ from \w+) needs", str(told.value)) == [
        ("FRONTDESK_SHOPIFY_URL", "orders from shopify"),
        ("FRONTDESK_SHOPIFY_TOKEN", "orders from shopify"),
        ("FRONTDESK_ZENDESK_EMAIL", "tickets from zendesk"),
        ("FRONTDESK_ZENDESK_TOKEN", "tickets from zendesk"),
    ]


def test_half_an_oauth_client_names_the_other_half() -> None:
    with pytest.raises(SettingsInvalid, match="FRONTDESK_HUBSPOT_REFRESH_TOKEN is missing") as told:
        load_settings(crm_from="hubspot", hubspot_client_id="app", hubspot_client_secret="s")
    assert "HUBSPOT_TOKEN is" not in str(told.value)


def test_a_system_that_nobody_serves_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_CRM_FROM", "salesfarce")
    with pytest.raises(SettingsInvalid, match=r"FRONTDESK_CRM_FROM \(it is 'salesfarce'\).*hubspot"):
        load_settings()


@pytest.mark.parametrize("url", ["http://api.stripe.com", "http://127.0.0.1.example.com", "stripe.com"])
def test_credentials_never_leave_the_machine_unencrypted(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="FRONTDESK_STRIPE_URL"):
        load_settings(stripe_url=url)


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "frontdesk_stripe_key").write_text("sk_live_hunter2\n", "utf-8")
    monkeypatch.setenv("FRONTDESK_SECRETS_DIR", str(tmp_path))

    settings = load_settings(payments_from="stripe")

    assert settings.stripe_key is not None
    assert settings.stripe_key.get_secret_value() == "sk_live_hunter2"
    assert "hunter2" not in repr(settings)


def test_a_folder_of_secrets_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"FRONTDESK_SECRETS_DIR .*there is no such folder"):
        load_settings(secrets_dir=tmp_path / "nowhere")
