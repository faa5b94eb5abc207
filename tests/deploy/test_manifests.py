"""The manifests keep what docs/operations.md says of them."""

import re
from typing import Any

import pytest
import typer

from service.cli import app as command_line
from service.settings import Settings
from service.worker import GRACE_SECONDS
from tests.deploy.files import (
    BASE,
    PRODUCTION,
    SETTINGS,
    api_operations,
    environment,
    kustomization,
    manifests,
    required_settings,
    text_of,
)
from tests.deploy.yaml_subset import read_documents

OBJECTS = manifests(BASE)
WORKLOADS = {
    each["metadata"]["name"].removeprefix("quickbooks-sync-"): each
    for each in OBJECTS
    if each["kind"] in ("Deployment", "Job")
}
UVICORN_GRACE_SECONDS = 20
MOUNTABLE = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "projected", "secret"}
SECRET = read_documents(text_of("k8s/secret.example.yaml"))[0]["stringData"]


def pod_of(workload: str) -> dict[str, Any]:
    found: dict[str, Any] = WORKLOADS[workload]["spec"]["template"]["spec"]
    return found


def container_of(workload: str) -> dict[str, Any]:
    (found,) = pod_of(workload)["containers"]
    container: dict[str, Any] = found
    return container


def one(kind: str, name: str = "quickbooks-sync") -> dict[str, Any]:
    (found,) = [each for each in OBJECTS if each["kind"] == kind and each["metadata"]["name"] == name]
    return found


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Say whether a pod with these labels is meant."""
    wanted = selector.get("matchLabels", {})
    listed = selector.get("matchExpressions", [])
    assert all(each["operator"] == "In" for each in listed)
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        labels.get(each["key"]) in each["values"] for each in listed
    )


def labels_of(workload: str) -> dict[str, str]:
    found: dict[str, str] = WORKLOADS[workload]["spec"]["template"]["metadata"]["labels"]
    return found


def test_there_are_an_api_a_worker_and_a_migration() -> None:
    assert set(WORKLOADS) == {"api", "worker", "migrate"}
    assert WORKLOADS["migrate"]["kind"] == "Job"


def test_every_manifest_of_the_base_is_deployed_and_names_no_namespace() -> None:
    listed = set(kustomization(BASE)["resources"])

    assert listed == {path.name for path in BASE.glob("*.yaml")} - {"kustomization.yaml"}
    assert not any("namespace" in each["metadata"] for each in OBJECTS)
    assert "namespace" not in kustomization(BASE)


@pytest.mark.parametrize("workload", ["api", "worker", "migrate"])
class TestEveryPod:
    """What holds for all three."""

    def test_is_restricted(self, workload: str) -> None:
        pod, container = pod_of(workload), container_of(workload)

        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == 10001
        assert pod["securityContext"]["runAsGroup"] == 10001
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & set(pod)
        assert all((set(volume) - {"name"}) <= MOUNTABLE for volume in pod["volumes"])

    def test_writes_to_an_empty_tmp_only(self, workload: str) -> None:
        mounted = {each["name"]: each["mountPath"] for each in container_of(workload)["volumeMounts"]}

        assert mounted == {"tmp": "/tmp"}  # noqa: S108 - the path in the container
        assert [each["name"] for each in pod_of(workload)["volumes"] if "emptyDir" in each] == ["tmp"]

    def test_has_no_token_and_no_service_links(self, workload: str) -> None:
        pod = pod_of(workload)

        assert pod["serviceAccountName"] == "quickbooks-sync"
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False

    def test_runs_a_command_that_there_is(self, workload: str) -> None:
        commands = typer.main.get_command(command_line).commands  # type: ignore[attr-defined]
        container = container_of(workload)

        assert "command" not in container
        assert container["args"] == [{"api": "serve"}.get(workload, workload)]
        assert container["args"][0] in commands

    def test_reads_its_settings_from_the_config_and_the_secret(self, workload: str) -> None:
        container = container_of(workload)

        assert container["envFrom"] == [
            {"configMapRef": {"name": "quickbooks-sync"}},
            {"secretRef": {"name": "quickbooks-sync"}},
        ]
        assert "env" not in container

    def test_asks_for_what_it_needs_and_is_bounded(self, workload: str) -> None:
        resources = container_of(workload)["resources"]

        assert set(resources["requests"]) == {"cpu", "memory"}
        assert "memory" in resources["limits"]

    def test_may_reach_names_and_the_database(self, workload: str) -> None:
        assert {53, 5432} <= ports_out(workload)


def ports_out(workload: str) -> set[int]:
    return {
        port["port"]
        for policy in OBJECTS
        if policy["kind"] == "NetworkPolicy" and selects(policy["spec"]["podSelector"], labels_of(workload))
        for rule in policy["spec"].get("egress", [])
        for port in rule["ports"]
    }


def test_the_service_account_mounts_no_token() -> None:
    assert one("ServiceAccount")["automountServiceAccountToken"] is False


def test_the_api_is_probed_where_it_answers() -> None:
    container = container_of("api")
    probes = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}

    assert {name: probe["path"] for name, probe in probes.items()} == {
        "startup": "/livez",
        "liveness": "/livez",
        "readiness": "/readyz",
    }
    assert {probe["path"] for probe in probes.values()} <= set(api_operations())
    assert {probe["port"] for probe in probes.values()} == {"http"}


def test_the_worker_has_no_probes_as_its_comment_says() -> None:
    assert not [name for name in container_of("worker") if name.endswith("Probe")]
    assert "No probes, on purpose." in text_of("k8s/base/worker.yaml")


def test_pods_have_the_time_to_end() -> None:
    (_, seconds) = container_of("api")["lifecycle"]["preStop"]["exec"]["command"]

    assert f"timeout_graceful_shutdown={UVICORN_GRACE_SECONDS}" in text_of("service/cli.py")
    assert pod_of("api")["terminationGracePeriodSeconds"] >= int(seconds) + UVICORN_GRACE_SECONDS + 5
    assert pod_of("worker")["terminationGracePeriodSeconds"] >= GRACE_SECONDS + 10


@pytest.mark.parametrize("workload", ["api", "worker"])
def test_two_of_each_are_spread_and_one_always_stays(workload: str) -> None:
    labels = labels_of(workload)
    spread = pod_of(workload)["topologySpreadConstraints"]
    budget = one("PodDisruptionBudget", f"quickbooks-sync-{workload}")["spec"]

    assert WORKLOADS[workload]["spec"]["replicas"] == 2
    assert selects(WORKLOADS[workload]["spec"]["selector"], labels)
    assert {each["topologyKey"] for each in spread} == {
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
    }
    assert all(selects(each["labelSelector"], labels) for each in spread)
    assert budget["minAvailable"] == 1
    assert selects(budget["selector"], labels)


def test_selectors_tell_the_workloads_apart() -> None:
    for name in ("api", "worker"):
        meant = {each for each in WORKLOADS if selects(WORKLOADS[name]["spec"]["selector"], labels_of(each))}
        assert meant == {name}


def test_the_service_leads_to_the_api() -> None:
    service = one("Service")["spec"]
    (port,) = container_of("api")["ports"]

    assert [name for name in WORKLOADS if selects({"matchLabels": service["selector"]}, labels_of(name))] == [
        "api"
    ]
    assert service["ports"] == [{"name": "http", "port": 80, "targetPort": port["name"]}]
    assert str(port["containerPort"]) == environment(BASE / "config.env")["SYNC_PORT"]


def test_everything_is_denied_but_what_is_named() -> None:
    policies = [each["spec"] for each in OBJECTS if each["kind"] == "NetworkPolicy"]
    denying = [each for each in policies if not each.get("ingress") and not each.get("egress")]
    let_in = [each for each in policies if each.get("ingress")]

    assert [each["policyTypes"] for each in denying] == [["Ingress", "Egress"]]
    assert all(selects(denying[0]["podSelector"], labels_of(name)) for name in WORKLOADS)
    assert len(let_in) == 1
    assert [name for name in WORKLOADS if selects(let_in[0]["podSelector"], labels_of(name))] == ["api"]
    assert all(rule["from"] and rule["ports"] for rule in let_in[0]["ingress"])
    assert ports_out("migrate") == {53, 5432}
    assert ports_out("api") == ports_out("worker") == {53, 5432, 6379, 443}


def test_every_setting_of_the_manifests_exists_and_every_required_one_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base, overlay = environment(BASE / "config.env"), environment(PRODUCTION / "config.env")
    for name, value in (base | overlay | SECRET).items():
        monkeypatch.setenv(name, value)

    settings = Settings()

    assert set(base) | set(SECRET) <= SETTINGS
    assert set(overlay) <= set(base)
    assert settings.embedded is False
    assert settings.host == "0.0.0.0"  # noqa: S104 - in a container


def test_every_setting_that_the_service_asks_for_is_in_the_secret() -> None:
    required = required_settings()

    assert required
    assert required <= set(SECRET)


def test_no_secret_is_in_the_config_and_the_example_holds_none() -> None:
    config = set(environment(BASE / "config.env")) | set(environment(PRODUCTION / "config.env"))
    plain = {
        f"SYNC_{name.upper()}"
        for name, field in Settings.model_fields.items()
        if "Secret" not in repr(field.annotation) and name not in ("database_url", "redis_url")
    }
    resources = [*kustomization(BASE)["resources"], *kustomization(PRODUCTION)["resources"]]

    assert config <= plain
    assert all("REPLACE" in value for value in SECRET.values())
    assert "AN EXAMPLE" in text_of("k8s/secret.example.yaml")
    assert not any("secret" in each for each in resources)


def test_the_overlay_names_what_there_is() -> None:
    overlay = kustomization(PRODUCTION)
    images = {container_of(name)["image"] for name in WORKLOADS}

    assert all((PRODUCTION / each).exists() for each in overlay["resources"])
    assert {each["name"] for each in overlay["images"]} == images
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", each["newTag"]) for each in overlay["images"])
    assert {each["name"] for each in overlay["replicas"]} == {
        each["metadata"]["name"] for each in OBJECTS if each["kind"] == "Deployment"
    }


def test_the_image_tag_is_this_version() -> None:
    (image,) = kustomization(PRODUCTION)["images"]

    assert f'version = "{image["newTag"]}"' in text_of("pyproject.toml")


def test_the_ingress_shows_only_what_browsers_and_intuit_have_to_reach() -> None:
    (ingress,) = [each for each in manifests(PRODUCTION) if each["kind"] == "Ingress"]
    (rule,) = ingress["spec"]["rules"]
    shown = {each["path"]: each["pathType"] for each in rule["http"]["paths"]}

    assert shown == {"/oauth/quickbooks/callback": "Exact", "/webhooks/quickbooks": "Exact"}
    assert set(shown) <= set(api_operations())
    assert environment(PRODUCTION / "config.env")["SYNC_PUBLIC_URL"] == f"https://{rule['host']}"
    assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]


def test_the_production_namespace_enforces_the_restricted_standard() -> None:
    (namespace,) = [each for each in manifests(PRODUCTION) if each["kind"] == "Namespace"]

    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert namespace["metadata"]["name"] == kustomization(PRODUCTION)["namespace"]
