"""The object-oriented SDK for Label Studio: active records over its REST API.

>>> from label_studio_orm import LabelStudio
>>> LabelStudio("http://localhost:8080", api_key="0123456789abcdef")
<LabelStudio http://localhost:8080>
"""

import importlib as _importlib
import logging as _logging
import typing as _typing

from . import errors, labeling
from .client import LabelStudio, connect
from .errors import *  # noqa: F403
from .limits import Limits
from .orm.fields import Converter, Field
from .orm.loaded import Records
from .orm.query import Query
from .records.data_field import DataField
from .records.registry import RECORDS as _RECORDS
from .secret import Secret
from .server_version import ServerInfo
from .transfer.exports.options import SnapshotOptions
from .transfer.imports.result import ImportResult

if _typing.TYPE_CHECKING:
    from .labeling import *  # noqa: F403
    from .records.annotation import Annotation
    from .records.annotations import Annotations
    from .records.comparison import Agreement, Comparison
    from .records.config_check import ConfigCheck
    from .records.draft import Draft, Drafts
    from .records.enterprise.account import Account, OrganizationRole
    from .records.enterprise.activity import Activity, ActivityLog
    from .records.enterprise.analytics import KPI, Analytics, KPIValue
    from .records.enterprise.assigning import AssignmentReport
    from .records.enterprise.assignments import Assignment, Assignments
    from .records.enterprise.backfills import (
        BackfillJob,
        Backfills,
        BackfillTotals,
        CancelledBackfills,
        StartedBackfill,
        StateBackfills,
    )
    from .records.enterprise.billing import (
        Billing,
        BillingChecks,
        BillingFlags,
        BillingLimit,
        FlexBlock,
        FlexSeats,
        SessionLimits,
    )
    from .records.enterprise.comments import Comment, Comments
    from .records.enterprise.default_role import DefaultRole
    from .records.enterprise.dimensions import Dimension, Dimensions
    from .records.enterprise.history import AnnotationHistory, HistoryItem, ProjectHistory
    from .records.enterprise.interfaces import Interface, Interfaces
    from .records.enterprise.member_options import MembershipOption, MembershipProject, SkillOption
    from .records.enterprise.metric import DeployedFunction, Metric, MetricFunction
    from .records.enterprise.model_providers import ModelProvider, ModelProviders
    from .records.enterprise.pauses import Pause, Pauses
    from .records.enterprise.permissions import Permission, PermissionOption, Permissions
    from .records.enterprise.project_members import ProjectMember, ProjectMembers
    from .records.enterprise.project_roles import OwnRoles, ProjectRole, ProjectRoles
    from .records.enterprise.project_templates import ProjectTemplate, ProjectTemplates
    from .records.enterprise.prompt_projects import CompatibleProjects, Subset, SubsetTask
    from .records.enterprise.prompt_runs import CostEstimate, Indicator, PromptRun, PromptRuns
    from .records.enterprise.prompts import Prompt, Prompts, PromptVersion, PromptVersions
    from .records.enterprise.refinement import Refinement
    from .records.enterprise.review_rules import ReviewRule, ReviewRules
    from .records.enterprise.reviews import AnnotationReview
    from .records.enterprise.sso import SAML, SCIM
    from .records.enterprise.sso_groups import ProjectGroup
    from .records.enterprise.stat_values import (
        IAA,
        AgreementDistribution,
        AgreementMatrix,
        AnnotatorTime,
        ConfusionMatrix,
        ConfusionPair,
        DimensionAgreement,
        FinishedTasks,
        LabelCount,
        LabelDimension,
        LabelStructure,
        ReviewScore,
    )
    from .records.enterprise.states import StateChange, StateHistory, TriggeredBy
    from .records.enterprise.stats import ProjectStats
    from .records.enterprise.tag_imports import MemberTagImport
    from .records.enterprise.tags import MemberTag, MemberTags
    from .records.enterprise.task_events import TaskEvent
    from .records.enterprise.values import Rows
    from .records.enterprise.workspace_members import WorkspaceMembers, WorkspaceProjects
    from .records.enterprise.workspaces import Workspace, Workspaces
    from .records.export import ExportSnapshot
    from .records.file import Files, UploadedFile
    from .records.member import Member
    from .records.members import Members
    from .records.ml_backend import MLBackend
    from .records.ml_backends import MLBackends
    from .records.model_versions import ModelVersions
    from .records.organization import Organization, Organizations
    from .records.organization_settings import SessionPolicy, TokenSettings
    from .records.prediction import Prediction
    from .records.predictions import Predictions
    from .records.project import Project
    from .records.projects import Projects
    from .records.storages import (
        AzureExportStorage,
        AzureImportStorage,
        AzureSPIExportStorage,
        AzureSPIImportStorage,
        DatabricksExportStorage,
        DatabricksImportStorage,
        ExportStorage,
        GCSExportStorage,
        GCSImportStorage,
        GCSSAExportStorage,
        GCSSAImportStorage,
        GCSWIFExportStorage,
        GCSWIFImportStorage,
        ImportStorage,
        LocalExportStorage,
        LocalImportStorage,
        RedisExportStorage,
        RedisImportStorage,
        S3ExportStorage,
        S3ImportStorage,
        S3SExportStorage,
        S3SImportStorage,
        Storage,
        StorageFile,
        StorageFiles,
        local_file_url,
    )
    from .records.storages.provider_storages import ProviderStorages
    from .records.summary import ProjectSummary
    from .records.task import Task
    from .records.tasks import Tasks
    from .records.tokens import Token, Tokens
    from .records.user import User
    from .records.users import Users
    from .records.view import View
    from .records.views import Views
    from .records.webhook import Webhook
    from .records.webhooks import Webhooks
    from .server import LocalServer
    from .transfer.batches.batch import Batch
    from .transfer.exports.exported import ExportedPath, ExportedTasks
    from .transfer.renames.report import RenameReport

__version__ = "0.1.0"

__all__ = [
    "IAA",
    "KPI",
    "SAML",
    "SCIM",
    "Account",
    "Activity",
    "ActivityLog",
    "Agreement",
    "AgreementDistribution",
    "AgreementMatrix",
    "Analytics",
    "Annotation",
    "AnnotationHistory",
    "AnnotationReview",
    "Annotations",
    "AnnotatorTime",
    "Assignment",
    "AssignmentReport",
    "Assignments",
    "AzureExportStorage",
    "AzureImportStorage",
    "AzureSPIExportStorage",
    "AzureSPIImportStorage",
    "BackfillJob",
    "BackfillTotals",
    "Backfills",
    "Batch",
    "Billing",
    "BillingChecks",
    "BillingFlags",
    "BillingLimit",
    "CancelledBackfills",
    "Comment",
    "Comments",
    "Comparison",
    "CompatibleProjects",
    "ConfigCheck",
    "ConfusionMatrix",
    "ConfusionPair",
    "Converter",
    "CostEstimate",
    "DataField",
    "DatabricksExportStorage",
    "DatabricksImportStorage",
    "DefaultRole",
    "DeployedFunction",
    "Dimension",
    "DimensionAgreement",
    "Dimensions",
    "Draft",
    "Drafts",
    "ExportSnapshot",
    "ExportStorage",
    "ExportedPath",
    "ExportedTasks",
    "Field",
    "Files",
    "FinishedTasks",
    "FlexBlock",
    "FlexSeats",
    "GCSExportStorage",
    "GCSImportStorage",
    "GCSSAExportStorage",
    "GCSSAImportStorage",
    "GCSWIFExportStorage",
    "GCSWIFImportStorage",
    "HistoryItem",
    "ImportResult",
    "ImportStorage",
    "Indicator",
    "Interface",
    "Interfaces",
    "KPIValue",
    "LabelCount",
    "LabelDimension",
    "LabelStructure",
    "LabelStudio",
    "Limits",
    "LocalExportStorage",
    "LocalImportStorage",
    "LocalServer",
    "MLBackend",
    "MLBackends",
    "Member",
    "MemberTag",
    "MemberTagImport",
    "MemberTags",
    "Members",
    "MembershipOption",
    "MembershipProject",
    "Metric",
    "MetricFunction",
    "ModelProvider",
    "ModelProviders",
    "ModelVersions",
    "Organization",
    "OrganizationRole",
    "Organizations",
    "OwnRoles",
    "Pause",
    "Pauses",
    "Permission",
    "PermissionOption",
    "Permissions",
    "Prediction",
    "Predictions",
    "Project",
    "ProjectGroup",
    "ProjectHistory",
    "ProjectMember",
    "ProjectMembers",
    "ProjectRole",
    "ProjectRoles",
    "ProjectStats",
    "ProjectSummary",
    "ProjectTemplate",
    "ProjectTemplates",
    "Projects",
    "Prompt",
    "PromptRun",
    "PromptRuns",
    "PromptVersion",
    "PromptVersions",
    "Prompts",
    "ProviderStorages",
    "Query",
    "Records",
    "RedisExportStorage",
    "RedisImportStorage",
    "Refinement",
    "RenameReport",
    "ReviewRule",
    "ReviewRules",
    "ReviewScore",
    "Rows",
    "S3ExportStorage",
    "S3ImportStorage",
    "S3SExportStorage",
    "S3SImportStorage",
    "Secret",
    "ServerInfo",
    "SessionLimits",
    "SessionPolicy",
    "SkillOption",
    "SnapshotOptions",
    "StartedBackfill",
    "StateBackfills",
    "StateChange",
    "StateHistory",
    "Storage",
    "StorageFile",
    "StorageFiles",
    "Subset",
    "SubsetTask",
    "Task",
    "TaskEvent",
    "Tasks",
    "Token",
    "TokenSettings",
    "Tokens",
    "TriggeredBy",
    "UploadedFile",
    "User",
    "Users",
    "View",
    "Views",
    "Webhook",
    "Webhooks",
    "Workspace",
    "WorkspaceMembers",
    "WorkspaceProjects",
    "Workspaces",
    "connect",
    "local_file_url",
]
__all__ += errors.__all__
__all__ += labeling.__all__

# Where names are that are imported when they are asked for, as not everybody needs them.
_LATE = {
    **dict.fromkeys(labeling.__all__, "labeling"),
    **{name: f"records.{file}" for file, name in (each.split(":") for each in _RECORDS.values())},
    **dict.fromkeys(
        ("Storage", "StorageFile", "StorageFiles", "local_file_url"), "records.storages"
    ),
    **dict.fromkeys(("ExportedPath", "ExportedTasks"), "transfer.exports.exported"),
    **dict.fromkeys(("Token", "Tokens"), "records.tokens"),
    **dict.fromkeys(("Agreement", "Comparison"), "records.comparison"),
    "Analytics": "records.enterprise.analytics",
    "KPI": "records.enterprise.analytics",
    "KPIValue": "records.enterprise.analytics",
    "ProjectStats": "records.enterprise.stats",
    "IAA": "records.enterprise.stat_values",
    "AgreementDistribution": "records.enterprise.stat_values",
    "AgreementMatrix": "records.enterprise.stat_values",
    "AnnotatorTime": "records.enterprise.stat_values",
    "ConfusionMatrix": "records.enterprise.stat_values",
    "ConfusionPair": "records.enterprise.stat_values",
    "DimensionAgreement": "records.enterprise.stat_values",
    "FinishedTasks": "records.enterprise.stat_values",
    "LabelCount": "records.enterprise.stat_values",
    "LabelDimension": "records.enterprise.stat_values",
    "LabelStructure": "records.enterprise.stat_values",
    "ReviewScore": "records.enterprise.stat_values",
    "Rows": "records.enterprise.values",
    "ActivityLog": "records.enterprise.activity",
    "Billing": "records.enterprise.billing",
    "BillingChecks": "records.enterprise.billing",
    "BillingFlags": "records.enterprise.billing",
    "FlexBlock": "records.enterprise.billing",
    "FlexSeats": "records.enterprise.billing",
    "SessionLimits": "records.enterprise.billing",
    "BillingLimit": "records.enterprise.billing",
    "DefaultRole": "records.enterprise.default_role",
    "PermissionOption": "records.enterprise.permissions",
    "Permissions": "records.enterprise.permissions",
    "ProjectGroup": "records.enterprise.sso_groups",
    "MemberTagImport": "records.enterprise.tag_imports",
    "MemberTags": "records.enterprise.tags",
    "ModelProviders": "records.enterprise.model_providers",
    "Prompts": "records.enterprise.prompts",
    "PromptVersions": "records.enterprise.prompts",
    "PromptRuns": "records.enterprise.prompt_runs",
    "Indicator": "records.enterprise.prompt_runs",
    "CostEstimate": "records.enterprise.prompt_runs",
    "CompatibleProjects": "records.enterprise.prompt_projects",
    "Subset": "records.enterprise.prompt_projects",
    "SubsetTask": "records.enterprise.prompt_projects",
    "Refinement": "records.enterprise.refinement",
    "ProjectTemplates": "records.enterprise.project_templates",
    "ReviewRules": "records.enterprise.review_rules",
    "MetricFunction": "records.enterprise.metric",
    "DeployedFunction": "records.enterprise.metric",
    "ProjectMembers": "records.enterprise.project_members",
    "Pauses": "records.enterprise.pauses",
    "ProjectRoles": "records.enterprise.project_roles",
    "OwnRoles": "records.enterprise.project_roles",
    "WorkspaceMembers": "records.enterprise.workspace_members",
    "WorkspaceProjects": "records.enterprise.workspace_members",
    "MembershipOption": "records.enterprise.member_options",
    "MembershipProject": "records.enterprise.member_options",
    "SkillOption": "records.enterprise.member_options",
    "TaskEvent": "records.enterprise.task_events",
    "Annotations": "records.annotations",
    "AssignmentReport": "records.enterprise.assigning",
    "Assignments": "records.enterprise.assignments",
    "Batch": "transfer.batches.batch",
    "Comments": "records.enterprise.comments",
    "ConfigCheck": "records.config_check",
    "Drafts": "records.draft",
    "Files": "records.file",
    "LocalServer": "server",
    "MLBackends": "records.ml_backends",
    "Members": "records.members",
    "ModelVersions": "records.model_versions",
    "Organizations": "records.organization",
    "Predictions": "records.predictions",
    "ProjectSummary": "records.summary",
    "Projects": "records.projects",
    "ProviderStorages": "records.storages.provider_storages",
    "RenameReport": "transfer.renames.report",
    "Tasks": "records.tasks",
    "Users": "records.users",
    "Views": "records.views",
    "Webhooks": "records.webhooks",
    "OrganizationRole": "records.enterprise.account",
    "BackfillJob": "records.enterprise.backfills",
    "BackfillTotals": "records.enterprise.backfills",
    "Backfills": "records.enterprise.backfills",
    "CancelledBackfills": "records.enterprise.backfills",
    "StartedBackfill": "records.enterprise.backfills",
    "StateBackfills": "records.enterprise.backfills",
    "Dimensions": "records.enterprise.dimensions",
    "AnnotationHistory": "records.enterprise.history",
    "ProjectHistory": "records.enterprise.history",
    "Interfaces": "records.enterprise.interfaces",
    "StateChange": "records.enterprise.states",
    "StateHistory": "records.enterprise.states",
    "TriggeredBy": "records.enterprise.states",
    "Workspaces": "records.enterprise.workspaces",
}

if not _typing.TYPE_CHECKING:  # a type checker finds mistyped names by itself, if it is let

    def __getattr__(name: str) -> object:
        if name in _LATE:
            return getattr(_importlib.import_module(f".{_LATE[name]}", __name__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        special = (name for name in globals() if name.startswith("__"))
        return [*__all__, "errors", "labeling", *special]


_logging.getLogger(__name__).addHandler(_logging.NullHandler())
