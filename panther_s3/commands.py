"""Commands to type, filled in and quoted for a POSIX shell."""

from __future__ import annotations

import shlex

from panther_s3.templates import STACK_TAGS


def deploy_command(stack_name: str, region: str, template_path: str, profile: str | None) -> str:
    """Return the `aws cloudformation deploy` that makes or updates the stack from a saved template."""
    tags = " ".join(shlex.quote(f"{key}={value}") for key, value in STACK_TAGS.items())
    return _lines(
        "aws cloudformation deploy",
        f"--template-file {shlex.quote(template_path)}",
        f"--stack-name {shlex.quote(stack_name)}",
        "--capabilities CAPABILITY_NAMED_IAM",
        f"--tags {tags}",
        f"--region {shlex.quote(region)}",
        *_profile(profile),
    )


def outputs_command(stack_name: str, region: str, profile: str | None) -> str:
    """Return the command that prints the role's ARN from the stack's outputs."""
    query = "Stacks[0].Outputs[?OutputKey=='RoleARN'].OutputValue"
    return _lines(
        "aws cloudformation describe-stacks",
        f"--stack-name {shlex.quote(stack_name)}",
        f"--query {shlex.quote(query)} --output text",
        f"--region {shlex.quote(region)}",
        *_profile(profile),
    )


def terraform_commands(profile: str | None, region: str = "") -> tuple[str, ...]:
    """Return the commands that apply a saved Terraform file, in the folder that it lies in.

    Args:
        profile: the AWS profile; None is the default chain.
        region: where the AWS provider works, which it must know even for a role; "" leaves it to the
            environment and the profile.
    """
    chosen = {"AWS_PROFILE": profile, "AWS_REGION": region}
    environment = "".join(f"{name}={shlex.quote(value)} " for name, value in chosen.items() if value)
    return ("terraform init", f"{environment}terraform apply", "terraform output -raw role_arn")


def iam_commands(role_name: str, profile: str | None) -> tuple[str, ...]:
    """Return the commands that make the role from the two saved policies."""
    name = f"--role-name {shlex.quote(role_name)}"
    tags = " ".join(shlex.quote(f"Key={key},Value={value}") for key, value in STACK_TAGS.items())
    return (
        _lines(
            "aws iam create-role",
            name,
            "--assume-role-policy-document file://trust-policy.json",
            f"--tags {tags}",
            *_profile(profile),
        ),
        _lines(
            "aws iam put-role-policy",
            name,
            "--policy-name ReadData --policy-document file://role-policy.json",
            *_profile(profile),
        ),
        _lines("aws iam get-role", name, "--query Role.Arn --output text", *_profile(profile)),
    )


def _profile(profile: str | None) -> tuple[str, ...]:
    return (f"--profile {shlex.quote(profile)}",) if profile else ()


def _lines(*parts: str) -> str:
    return " \\\n  ".join(parts)
