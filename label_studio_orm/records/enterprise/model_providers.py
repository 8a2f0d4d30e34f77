"""Connections to providers of language models."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from ...orm.fields import DATETIME, Field, Reference, one_of
from ...orm.meta import Meta
from ...orm.response_shape import shaped
from ...signatures import takes
from ..secret_field import SecretField, SecretQuery, SecretRecord, hidden_fields

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...orm.fields import ReadOnlyReference
    from ..organization import Organization
    from ..user import User

PROVIDERS = (
    *("OpenAI", "AzureOpenAI", "AzureAIFoundry", "VertexAI", "Gemini", "Anthropic", "Custom"),
)
SCOPES = ("Organization", "User", "Model")


class ModelProvider(SecretRecord):
    """A connection to a provider of language models, by which prompts run.

    The key, the token and the credentials can be set, and are never shown.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> provider = ls.model_providers.create(provider="OpenAI", api_key="sk-…")
    >>> provider.scope = "User"
    >>> provider.save()
    <ModelProvider ...>
    """

    _meta = Meta(
        kind="model_provider",
        path="/api/model-provider-connections/{id}/",
        leading=("id", "provider"),
        required=("provider",),
    )

    provider = Field[str | None](check=one_of(*PROVIDERS))
    scope = Field[str | None](check=one_of(*SCOPES))  # who can use it
    endpoint = Field[str | None]()
    deployment_name = Field[str | None]()  # at Azure
    api_key = SecretField()
    auth_token = SecretField()
    google_application_credentials = SecretField()  # the JSON of a service account
    google_project_id = Field[str | None]()
    google_location = Field[str | None]()
    cached_available_models = Field[str | None]()
    model_params = Field[dict[str, Any] | None](read_only=True)
    budget_alert_threshold = Field[float | None]()
    budget_limit = Field[float | None](read_only=True)
    budget_total_spent = Field[float | None](read_only=True)
    budget_reset_period = Field[str | None](read_only=True)  # Monthly or Yearly
    budget_last_reset_date = Field[datetime | None](read_only=True, converter=DATETIME)
    is_internal = Field[bool | None]()
    organization: ReadOnlyReference[Organization] = Reference("organization", read_only=True)
    created_by: ReadOnlyReference[User] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)


class ModelProviderFields(TypedDict, total=False):
    """The fields of a new connection; `provider` is required."""

    provider: str
    scope: str
    api_key: str
    auth_token: str
    endpoint: str
    deployment_name: str
    google_application_credentials: str
    google_project_id: str
    google_location: str
    cached_available_models: str
    budget_alert_threshold: float
    is_internal: bool


class ModelProviders(SecretQuery[ModelProvider]):
    """The connections to providers of language models that the key's user can use.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    @takes("records.enterprise.model_providers:ModelProviderFields")
    def create(self, **fields: Unpack[ModelProviderFields]) -> ModelProvider:
        """Connect to a provider; `fields` are those of `ModelProvider`.

        >>> ls.model_providers.create(provider="Anthropic", api_key="sk-…", scope="Organization")
        <ModelProvider ...>
        """
        return self._create(hidden_fields(self._model, cast("dict[str, Any]", fields)))

    def choices(self) -> list[str]:
        """Return the names of the providers that this server knows."""
        path = f"{self._path()}provider-choices"
        found = shaped(self.client.json("GET", path), {"provider_choices": [str]})
        return list(found["provider_choices"])
