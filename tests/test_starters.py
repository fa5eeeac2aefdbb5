"""What `dsolint init` writes for CI servers and pre-commit: valid by the public schemas, and with commands that work."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_groovy
import yaml
from fixtures.small import BAD, GOOD
from process import check, run

from dsolint.cli.starters import CI, HOOK, text_of
from dsolint.version import __version__

PLACES = {server: str(starter.place) for server, starter in CI.items()}
bash = pytest.mark.skipif(os.name != "posix", reason="runs the commands in a POSIX shell")


def tool(name, *arguments):
    """Run a tool of the development environment; what it says if it is not content."""
    tool = Path(sys.executable).parent / name
    ran = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


@pytest.fixture(params=PLACES)
def server(request):
    return request.param


@pytest.fixture
def written(tmp_path, server):
    ran = run(tmp_path, "init", "--ci", server)
    assert (ran.returncode, ran.out) == (0, "")
    return tmp_path / PLACES[server]


SCHEMAS = {
    "github": ["vendor.github-workflows"],
    "gitlab": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
    "azure": ["vendor.azure-pipelines", "--data-transform", "azure-pipelines", "--regex-variant", "nonunicode"],
}


@pytest.mark.parametrize("server", SCHEMAS, indirect=True)
def test_yaml_is_valid_by_the_schema_of_the_server(written, server):
    assert tool("check-jsonschema", "--builtin-schema", *SCHEMAS[server], written) == ""
    written.write_text(written.read_text("utf-8").replace("run:", "runs:").replace("script:", "scripts: 1\n    x:"))
    assert tool("check-jsonschema", "--builtin-schema", *SCHEMAS[server], written) != ""


def test_the_jenkinsfile_is_groovy():
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_groovy.language()))
    text = text_of(CI["jenkins"]).encode()
    assert not parser.parse(text).root_node.has_error
    assert parser.parse(text.replace(b"'main'", b"'main")).root_node.has_error


def audit(*paths):
    """What an auditor of GitHub workflows says, who is told that a major version is pin enough."""
    policy = Path(__file__).parent / "fixtures" / "zizmor.yml"
    return tool("zizmor", "--offline", "--quiet", "--config", policy, *paths)


@pytest.mark.parametrize("server", ["github"], indirect=True)
def test_the_github_workflow_passes_an_audit(written):
    assert audit(written) == ""
    written.write_text(written.read_text("utf-8").replace('"$EXPORTS"', "${{ github.head_ref }}"))
    assert "template-injection" in audit(written)


def commands(server, name):
    """The commands of a starter that call `dsolint NAME`, as its server would give them to a shell."""
    text = text_of(CI[server])
    scripts = re.findall(r"\bsh '([^']*)'", text) if server == "jenkins" else strings(yaml.safe_load(text))
    return [script for script in scripts if f"dsolint {name} " in script]


def strings(value):
    """All texts in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from strings(entry)


def shell(folder, command, **variables):
    tools = Path(sys.executable).parent
    path = os.pathsep.join([str(tools), os.environ["PATH"]])
    command = command.replace(".venv/bin/", f"{tools}/")
    environment = {"PATH": path, "EXPORTS": "exports/", "BUILD_ARTIFACTSTAGINGDIRECTORY": "staging", "LC_ALL": "C"}
    environment["HOME"] = str(folder)
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment | variables, capture_output=True, text=True
    )


@bash
@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_check_runs_and_writes_its_reports(tmp_path, server, text, code):
    for folder in ("exports", "staging"):
        (tmp_path / folder).mkdir()
    (tmp_path / "exports" / "items.csv").write_text(text)
    (command,) = commands(server, "check")
    ran = shell(tmp_path, command)
    assert (ran.returncode, ran.stderr) == (code, "")
    reports = re.findall(r'--output \w+="?(?:\$BUILD_ARTIFACTSTAGINGDIRECTORY/)?([\w.-]+)', command)
    made = {path.name for path in tmp_path.rglob("*") if path.is_file()} - {"items.csv"}
    assert made == set(reports)
    assert any(name.endswith(".html") for name in made)


@bash
def test_the_upload_takes_its_secrets_from_the_environment(tmp_path, server):
    for folder in ("exports", "staging"):
        (tmp_path / folder).mkdir()
    (tmp_path / "exports" / "items.csv").write_text(GOOD)
    (command,) = commands(server, "upload")
    secrets = {"DSOLINT_URL": "http://127.0.0.1:9", "DSOLINT_USER": "u", "DSOLINT_PASSWORD": "hush"}
    ran = shell(tmp_path, f"{command} --dry-run", **secrets)
    assert ran.returncode == 0, ran.stderr
    assert "POST /api/items?encoding=UTF-8" in ran.stdout and "127.0.0.1:9" in ran.stdout
    assert "hush" not in ran.stdout + ran.stderr
    text = text_of(CI[server])
    assert "DSOLINT_USER" in text and "DSOLINT_PASSWORD" in text


def test_only_the_main_branch_uploads():
    github = yaml.safe_load(text_of(CI["github"]))["jobs"]["upload"]
    assert "default_branch" in github["if"] and github["needs"] == "check"
    assert github["permissions"] == {"contents": "read"}
    gitlab = yaml.safe_load(text_of(CI["gitlab"]))["dsolint-upload"]
    assert gitlab["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}] and gitlab["needs"] == ["dsolint"]
    azure = yaml.safe_load(text_of(CI["azure"]))["stages"][1]
    assert "refs/heads/main" in azure["condition"] and azure["dependsOn"] == "Check"
    assert "branch 'main'" in text_of(CI["jenkins"])


def test_reports_are_never_redirected(server):
    assert not re.search(r"dsolint check[^\n]*[^>]>[^>=&]", text_of(CI[server]))


def test_this_release_is_installed(server):
    text = text_of(CI[server])
    assert f"dsolint=={__version__}" in text
    assert "@VERSION@" not in text


def test_nothing_is_written_over(written, server):
    before = written.read_bytes()
    written.write_text("mine")
    ran = run(written.parent if server != "github" else written.parents[2], "init", "--ci", server, "--hook")
    assert ran.returncode == 2
    assert f"{PLACES[server]}: is there already" in ran.err
    assert written.read_text() == "mine"
    assert not list(written.parent.rglob(str(HOOK.place)))
    assert before


def test_a_configuration_that_is_there_stays(tmp_path):
    (tmp_path / "dsolint.toml").write_text('ignore = ["V309"]\n')
    ran = run(tmp_path, "init", "--ci", "gitlab", "--hook")
    assert ran.returncode == 0
    assert (tmp_path / "dsolint.toml").read_text() == 'ignore = ["V309"]\n'
    assert ran.err == "dsolint: .gitlab-ci.yml is written.\ndsolint: .pre-commit-config.yaml is written.\n"


def test_without_options_only_the_configuration_is_written(tmp_path):
    run(tmp_path, "init")
    assert [path.name for path in tmp_path.iterdir()] == ["dsolint.toml"]


# The action


ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def test_the_action_is_valid_and_passes_an_audit():
    assert tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml") == ""
    assert audit(ROOT / "action.yml") == ""


def test_no_script_of_the_action_holds_an_expression():
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)


def test_every_input_and_output_of_the_action_is_used():
    text = (ROOT / "action.yml").read_text("utf-8")
    for name in ACTION["inputs"]:
        assert f"${{{{ inputs.{name} }}}}" in text
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.check.outputs.{name} }}}}"


def act(folder, **inputs):
    """Run the action's check as a runner would: its inputs as variables, its outputs in a file."""
    (step,) = (step for step in ACTION["runs"]["steps"] if step.get("id") == "check")
    given = {name: entry.get("default", "") for name, entry in ACTION["inputs"].items()} | inputs
    variables = {
        name: given[re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)[1]] for name, value in step["env"].items()
    }
    temporary = folder.parent / f"{folder.name}-runner"
    temporary.mkdir()
    files = {name: str(temporary / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    (folder.parent / f"{folder.name}.sh").write_text(step["run"])
    command = f"bash --noprofile --norc -e -o pipefail ../{folder.name}.sh"
    ran = shell(folder, command, RUNNER_TEMP=str(temporary), **files, **variables)
    ran.outputs = dict(line.split("=", 1) for line in Path(files["GITHUB_OUTPUT"]).read_text().splitlines())
    ran.summary = Path(files["GITHUB_STEP_SUMMARY"])
    return ran


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "items a.csv").write_text(BAD)
    (folder / "items_b.csv").write_text(GOOD)
    return folder


@bash
def test_the_action_checks_and_reports(folder):
    ran = act(folder)
    assert ran.returncode == 1
    assert ran.stdout.startswith("::error file=items a.csv,line=3")
    assert ran.outputs["exit-code"] == "1"
    report = json.loads(Path(ran.outputs["json"]).read_text("utf-8"))
    assert report["counts"] == {"error": 1, "warning": 0, "info": 0}
    assert Path(ran.outputs["html"]).is_file() and Path(ran.outputs["sarif"]).is_file()
    assert "dsolint: FAIL" in ran.summary.read_text("utf-8")


@bash
def test_the_inputs_of_the_action_are_options(folder):
    check(folder, "--write-baseline", "known.json", ".")
    (folder / "mine.toml").write_text('mode = "stock"\n')
    inputs = {"paths": "items a.csv\r\n\nitems_b.csv\n", "baseline": "known.json", "config": "mine.toml"}
    ran = act(folder, **inputs, redact="true", lang="de", type="items", select="V", ignore="V309", mode="delta")
    assert (ran.returncode, ran.outputs["exit-code"]) == (0, "0")
    report = json.loads(Path(ran.outputs["json"]).read_text("utf-8"))
    assert report["baseline"]["known"] == 1
    assert len(report["files"]) == 2
    assert report["files"][0]["findings"][0]["value"] is None
    assert '<html lang="de">' in Path(ran.outputs["html"]).read_text("utf-8")


@bash
@pytest.mark.parametrize("name", ["paths", "type", "mode", "entity", "fail-on", "select", "config", "baseline", "lang"])
@pytest.mark.parametrize("value", ["$(touch pwned)", "`touch pwned`", '"; touch pwned; "', "x'; touch pwned; '"])
def test_no_input_of_the_action_is_run(folder, name, value):
    before = set(folder.iterdir())
    assert act(folder, **{name: value}).returncode == 2
    assert set(folder.iterdir()) == before


@bash
@pytest.mark.packaging
def test_the_action_installs_itself(tmp_path):
    (step,) = (step for step in ACTION["runs"]["steps"] if "PYTHON" in step.get("env", {}))
    variables = {"PYTHON": sys.executable, "SOURCE": str(ROOT), "VERSION": "", "RUNNER_TEMP": str(tmp_path)}
    ran = shell(tmp_path, step["run"], **variables)
    assert ran.returncode == 0, ran.stderr
    told = subprocess.run([tmp_path / "dsolint/bin/dsolint", "--version"], capture_output=True, text=True)
    assert __version__ in told.stdout
