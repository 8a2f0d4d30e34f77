"""Storages that only Enterprise has: what is refused unsent, and what is hidden."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import pytest
from support.enterprise import EnterpriseServer

import label_studio_orm
from contract.calls.storages import COMMON, OF, PROVIDERS, STORAGE, WAYS, storages
from label_studio_orm.errors import InvalidInput, UnknownName

AZURE = {"container": "photos", "account_name": "vision"}
PRINCIPAL = {"tenant_id": "tenant", "client_id": "client", "client_secret": "hush"}
VOLUME = {name: PROVIDERS["databricks"][name] for name in ("host", "catalog", "schema", "volume")}
HONEST = "Enterprise; checked against the official SDK's requests, not against a server."
EVERY = [(way, provider) for way in WAYS for provider in PROVIDERS]


@pytest.mark.parametrize("missing", PRINCIPAL)
@pytest.mark.parametrize("mode", [{}, {"auth_mode": "service_principal"}])
@pytest.mark.parametrize("way", WAYS)
def test_a_service_principal_of_azure_needs_its_tenant_id_and_secret(
    way: str, mode: dict[str, Any], missing: str, enterprise: EnterpriseServer
) -> None:
    given = {name: value for name, value in PRINCIPAL.items() if name != missing}
    with pytest.raises(InvalidInput, match=rf"needs {missing}= with auth_mode='service_principal'"):
        storages(enterprise.client, way, "azure_spi").create(**AZURE, **mode, **given)
    assert enterprise.requests == []


def test_the_identity_of_the_server_needs_nothing_and_takes_no_secret(
    enterprise: EnterpriseServer,
) -> None:
    of_project = storages(enterprise.client, "import", "azure_spi")
    with pytest.raises(InvalidInput, match="takes no client_secret= with auth_mode='workload_id"):
        of_project.create(**AZURE, auth_mode="workload_identity", client_secret="hush")
    assert enterprise.requests == []
    storage = of_project.create(**AZURE, auth_mode="workload_identity")
    assert storage.auth_mode == "workload_identity"


def test_a_secret_is_refused_when_a_storage_changes_to_the_identity_of_the_server(
    enterprise: EnterpriseServer,
) -> None:
    storage = storages(enterprise.client, "import", "azure_spi").get(STORAGE)
    storage.auth_mode, storage.client_secret = "workload_identity", "hush"
    with pytest.raises(InvalidInput, match="takes no client_secret="):
        storage.save()
    assert not any(request.method == "PATCH" for request in enterprise.requests)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (
            {},
            "needs token= with auth_type='pat', or client_id=, client_secret= with auth_type='dbx",
        ),
        ({"auth_type": "pat", **PRINCIPAL}, "needs token= with auth_type='pat'"),
        ({"auth_type": "dbx_sp", "token": "hush"}, "needs client_id=, client_secret= with"),
        ({"auth_type": "azure_ad_sp", **PRINCIPAL, "tenant_id": ""}, "needs tenant_id= with"),
    ],
    ids=["nothing", "no token", "no principal", "no tenant"],
)
@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_databricks_needs_its_own_fields(
    way: str, given: dict[str, Any], missing: str, enterprise: EnterpriseServer
) -> None:
    with pytest.raises(InvalidInput, match=missing):
        storages(enterprise.client, way, "databricks").check(**VOLUME, **given)
    assert enterprise.requests == []


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"auth_type": "oauth"}, r"auth_type must be one of 'pat', 'dbx_sp', 'azure_ad_sp'"),
        ({"host": "adb-1234.5.azuredatabricks.net"}, "host must be like 'https://adb-1234"),
        ({"host": "https://adb-1234.5.azuredatabricks.net/"}, "without a slash at its end"),
        ({"presign": True}, "presign must be False: Databricks has no signed URLs"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_databricks_cannot_take_is_refused(
    wrong: dict[str, Any], error: str, enterprise: EnterpriseServer
) -> None:
    of_project = storages(enterprise.client, "import", "databricks")
    with pytest.raises(InvalidInput, match=error):
        of_project.create(**{**VOLUME, "token": "hush", **wrong})
    storage = of_project.get(STORAGE)
    [(name, value)] = wrong.items()
    with pytest.raises(InvalidInput, match=error):
        setattr(storage, name, value)
    assert enterprise.requests == []


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_the_fields_of_a_provider_are_listed_for_notebooks(
    way: str, provider: str, enterprise: EnterpriseServer
) -> None:
    of_project = storages(enterprise.client, way, provider)
    for method in (of_project.create, of_project.get_or_create, of_project.check):
        listed = inspect.signature(method).parameters.keys()
        assert listed == {*of_project._model.writable()}
        assert PROVIDERS[provider].keys() | COMMON.keys() | OF[way].keys() <= listed
    assert enterprise.requests == []


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_no_secret_of_a_storage_is_shown(
    way: str, provider: str, enterprise: EnterpriseServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    of_project = storages(enterprise.client, way, provider)
    storage = of_project.create(**PROVIDERS[provider])
    shown = [repr(storage), repr(vars(storage)), repr(storage.params), caplog.text]
    with pytest.raises(UnknownName) as error:
        of_project.create(**PROVIDERS[provider], titel="Photos")
    shown += [str(error.value), repr(pickle.dumps(storage)), repr(of_project.to_dicts())]
    assert not any("hush" in each or "external_account" in each for each in shown)


@pytest.mark.parametrize("way", WAYS)
def test_a_stored_secret_that_the_server_shows_is_not_sent_back(
    way: str, enterprise: EnterpriseServer
) -> None:
    # By the SDK's types, servers answer with it: perhaps blanked out, which must not be stored.
    storages(enterprise.client, way, "azure_spi").get(STORAGE).validate()
    sent = enterprise.requests[-1]
    assert sent.path.endswith("/azure_spi/validate")
    assert sent.json.keys() & {"client_secret", "user_delegation_key", "id"} == set()


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_classes_tell_how_they_were_checked(
    way: str, provider: str, enterprise: EnterpriseServer
) -> None:
    model = storages(enterprise.client, way, provider)._model
    assert model is getattr(label_studio_orm, model.__name__)
    assert HONEST in " ".join((model.__doc__ or "").split())
