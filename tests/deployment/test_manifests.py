"""What is shipped for Kubernetes is valid there, and asks for no rights that it does not need."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from prism import __version__
from tests.deployment.programs import DEPLOY

FOLDER = DEPLOY / "kubernetes"
FILES = sorted(FOLDER.glob("*.yaml"))
VERSIONS = ("1.30", "1.34")


def documents(kind: str = "") -> list[dict[str, Any]]:
    found = [each for file in FILES for each in YAML(typ="safe").load_all(file.read_text(encoding="utf-8"))]
    return [each for each in found if each["kind"] == kind] if kind else found


def pods() -> Iterator[Any]:
    """What each workload says of its pods."""
    for each in documents():
        spec = each.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield pytest.param(spec["template"], id=each["metadata"]["name"])


PODS = list(pods())


@pytest.mark.parametrize("version", VERSIONS)
def test_the_manifests_satisfy_the_schemas(version: str) -> None:
    import kubernetes_validate

    checked = 0
    for each in documents():
        if each["kind"] != "Kustomization":
            kubernetes_validate.validate(each, version, strict=True)
            checked += 1
    assert checked >= 10


def test_the_schemas_would_find_a_mistake() -> None:
    import kubernetes_validate

    (spoilt,) = (each for each in documents("Deployment") if each["metadata"]["name"] == "prism-api")
    spoilt["spec"]["template"]["spec"]["securityContext"]["runAsNobody"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(spoilt, VERSIONS[0], strict=True)


def test_the_kustomization_names_every_file_and_the_image() -> None:
    (found,) = documents("Kustomization")
    assert set(found["resources"]) == {file.name for file in FILES} - {"kustomization.yaml"}
    assert [image["newTag"] for image in found["images"]] == [__version__]
    images = {container["image"] for pod in PODS for container in pod.values[0]["spec"]["containers"]}
    assert images == {f"{found['images'][0]['name']}:{__version__}"}


@pytest.mark.parametrize("pod", PODS)
def test_no_pod_has_rights(pod: dict[str, Any]) -> None:
    spec = pod["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert spec["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "runAsGroup": 10001,
        "fsGroup": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
    assert not [volume for volume in spec["volumes"] if "hostPath" in volume]
    for container in spec["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "memory" in container["resources"]["limits"]
        plain = {each["name"] for each in container.get("env", ()) if not each["value"].startswith("/")}
        assert plain <= {"PRISM_GRACE_SECONDS"}  # all others name files


@pytest.mark.parametrize("pod", PODS)
def test_secrets_come_as_files_that_not_everybody_can_read(pod: dict[str, Any]) -> None:
    (volume,) = (each["secret"] for each in pod["spec"]["volumes"] if "secret" in each)
    assert volume["defaultMode"] == 0o440
    for container in pod["spec"]["containers"]:
        (mount,) = (each for each in container["volumeMounts"] if each["name"] == "secrets")
        assert mount["readOnly"] is True
        assert "subPath" not in mount


def test_only_what_runs_submissions_has_the_brokers_token() -> None:
    holders = set()
    for pod in PODS:
        (volume,) = (each["secret"] for each in pod.values[0]["spec"]["volumes"] if "secret" in each)
        if "broker_token" in {item["key"] for item in volume["items"]}:
            holders.add(pod.id)
    assert holders == {"prism-worker", "prism-verify"}


def test_nothing_may_speak_that_no_policy_lets() -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in documents("NetworkPolicy")}
    assert policies["nobody"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    opened = {name: spec for name, spec in policies.items() if spec.get("ingress")}
    assert opened.keys() == {"platform-to-api", "prometheus-to-api"}
    for spec in opened.values():
        (rule,) = spec["ingress"]
        assert spec["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "api"
        assert rule["ports"] == [{"protocol": "TCP", "port": 8000}]
        assert all(each["namespaceSelector"]["matchLabels"] for each in rule["from"])
    (prometheus,) = opened["prometheus-to-api"]["ingress"][0]["from"]
    assert prometheus["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "prometheus"}


def test_the_settings_and_the_policy_are_valid(tmp_path: Path) -> None:
    from prism.policy.loading import load
    from prism.service.setting_sources import read_settings

    (found,) = documents("ConfigMap")
    for name, text in found["data"].items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    settings = read_settings({}, tmp_path / "prism.toml").settings
    assert (settings.policy, settings.replicas) == ("/etc/prism/policy.yaml", 4)
    assert sum(each["spec"].get("replicas", 0) for each in documents("Deployment")) == settings.replicas
    policy = load(str(tmp_path / "policy.yaml")).policy
    assert policy.runner.broker.kind == "platform"
