"""Looks at what deploy/ has for containers, with the programs that would read it, and without an engine or a cluster.

    deployment.py dockerfile           hadolint
    deployment.py compose FILE…        the project that Docker Compose makes of the files, as JSON
    deployment.py chart VALUES [KEY=VALUE…]   what Helm makes of the chart, checked against the schemas of Kubernetes, as JSON
    deployment.py refuse VALUES [KEY=VALUE…]  why Helm makes nothing of it

VALUES is a file beside the chart's own, or "none".
"""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(sys.executable).parent
DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
CHART = DEPLOY / "helm" / "sealpost"
# The oldest one that the chart is for, and the newest one that the schemas are there of.
KUBERNETES = ["1.29", "1.37"]
# Kinds that come with an operator; Kubernetes has no schema of them.
# As Helm counts: 2 is a warning, 3 an error.
INFO = 1
FOREIGN = {"ServiceMonitor"}


def values(arguments):
    import helm_python as helm
    import yaml

    file, *settings = arguments
    found = {} if file == "none" else yaml.safe_load((CHART / file).read_text())
    for setting in settings:
        merge(found, helm.parse_set_string(setting))
    return found


def merge(into, other):
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def render(arguments):
    import helm_python as helm
    import yaml

    with helm.Chart.load(str(CHART)) as chart:
        files = chart.render(values(arguments), name="files", namespace="sealpost", is_install=True)
    resources = []
    for name, text in sorted(files.items()):
        if name.endswith(".yaml"):
            resources += [resource for resource in yaml.safe_load_all(text) if resource]
    return resources


def chart(arguments):
    import helm_python as helm
    import kubernetes_validate

    linted = helm.lint(str(CHART), values(arguments), strict=True)
    found = [message for message in linted["messages"] if message["severity"] > INFO] + linted["errors"]
    if found:
        sys.exit(f"helm lint: {json.dumps(found, indent=1)}")
    resources = render(arguments)
    for resource in resources:
        for version in KUBERNETES:
            if resource["kind"] in FOREIGN:
                continue
            try:
                kubernetes_validate.validate(resource, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                where = "/".join(str(step) for step in error.path)
                sys.exit(f"Kubernetes {version}: {resource['kind']} {where}: {error.message}")
    print(json.dumps(resources))


def refuse(arguments):
    import helm_python as helm

    try:
        render(arguments)
    except helm.HelmError as error:
        print(error)
        return
    sys.exit("Helm takes it")


def main():
    what, *arguments = sys.argv[1:]
    if what == "dockerfile":
        sys.exit(subprocess.run([HERE / "hadolint", DEPLOY / "docker" / "Dockerfile"]).returncode)
    if what == "compose":
        files = [word for file in arguments for word in ("--file", DEPLOY / "compose" / file)]
        words = ["--env-file", DEPLOY / "compose" / "example.env", *files, "config", "--format", "json"]
        sys.exit(subprocess.run([HERE / "docker-compose", *words]).returncode)
    {"chart": chart, "refuse": refuse}[what](arguments)


if __name__ == "__main__":
    main()
