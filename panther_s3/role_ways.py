"""The four ways of making the role: their words, and what each gives to take along."""

from __future__ import annotations

from typing import NamedTuple

from panther_s3.answers import Answers, IamMethod
from panther_s3.commands import deploy_command, iam_commands, outputs_command, terraform_commands
from panther_s3.policies import role_policy, to_json, trust_policy
from panther_s3.templates import (
    PUBLIC_ROLE_TEMPLATE,
    public_template_usable,
    quick_create_url,
    role_parameters,
    role_template,
    role_terraform,
    upload_url,
)

WAYS = {
    IamMethod.CREATE_STACK: (
        "Create the stack with my AWS profile",
        "Here and now, every step shown. Needs rights to make stacks and roles.",
    ),
    IamMethod.CONSOLE_UI: (
        "Using the AWS Console UI",
        "A link opens CloudFormation, filled in. Needs you signed in there.",
    ),
    IamMethod.TEMPLATE_FILE: (
        "CloudFormation Template File",
        "For your own pipeline, or as Terraform. Needs nothing.",
    ),
    IamMethod.MANUAL: (
        "I want to set everything up on my own",
        "The two policies to paste, and the commands. Needs nothing.",
    ),
}
PUBLIC_TEMPLATE, OWN_TEMPLATE = "Panther's public template", "This wizard's own template, uploaded by you"
LINK_FILE = "quick-create-link.txt"
"""The name proposed for a file with the link."""
CLOUDFORMATION, TERRAFORM = "CloudFormation (YAML)", "Terraform (HCL)"
PUBLIC_STEPS = (
    "1. Open the link and sign in to account {account}.\n"
    "2. Check the parameters, tick the box about IAM names, and choose Create stack.\n"
    "3. When it is complete, take RoleARN from the tab Outputs; the next step asks for it."
)
OWN_STEPS = (
    "1. Save our template, then open the link and sign in to account {account}.\n"
    "2. Choose Upload a template file and give it the saved one; its values are filled in.\n"
    "3. When it is complete, take RoleARN from the tab Outputs; the next step asks for it."
)


class Document(NamedTuple):
    """A text to save or paste, under the name that its file gets."""

    file_name: str
    text: str
    language: str


def own_template_needed(answers: Answers) -> str:
    """Return why Panther's public template cannot be used in the console; "" where it can."""
    if public_template_usable(answers.partition):
        return ""
    return f"CloudFormation in {answers.partition.name} cannot read the bucket of Panther's template."


def console_steps(answers: Answers, *, own: bool) -> str:
    """Return what to do in the AWS Console, with our `own` template or Panther's public one."""
    return (OWN_STEPS if own else PUBLIC_STEPS).format(account=answers.source.aws_account_id)


def console_link(answers: Answers, *, own: bool) -> str:
    """Return the link into the console of the bucket's region."""
    if own:
        return upload_url(answers.region_of_bucket, answers.stack_name)
    return quick_create_url(
        answers.region_of_bucket,
        answers.stack_name,
        PUBLIC_ROLE_TEMPLATE,
        role_parameters(answers.source, answers.panther, answers.role_suffix),
    )


def template_of(answers: Answers, *, terraform: bool = False) -> Document:
    """Return the role's template."""
    name, source, panther = answers.stack_name, answers.source, answers.panther
    if terraform:
        return Document(
            f"{name}.tf", role_terraform(source, panther, answers.role_suffix, answers.partition), "terraform"
        )
    return Document(f"{name}.yml", role_template(source, panther, answers.role_suffix), "yaml")


def template_commands(answers: Answers, saved_to: str = "") -> str:
    """Return what to type once the template is saved.

    Args:
        answers: the operator's answers; `terraform` tells which template it is.
        saved_to: the path that it was saved to; by default the name proposed.
    """
    if answers.terraform:
        return "\n".join(terraform_commands(answers.profile, answers.region_of_bucket))
    path = saved_to or template_of(answers).file_name
    deploy = deploy_command(answers.stack_name, answers.region_of_bucket, path, answers.profile)
    return f"{deploy}\n\n{outputs_command(answers.stack_name, answers.region_of_bucket, answers.profile)}"


def manual_documents(answers: Answers) -> tuple[Document, Document, Document]:
    """Return the role's policy, its trust policy, and the commands that make the role of both."""
    return (
        Document("role-policy.json", to_json(role_policy(answers.source, answers.partition)), "json"),
        Document("trust-policy.json", to_json(trust_policy(answers.panther)), "json"),
        Document("make-role.sh", "\n\n".join(iam_commands(answers.role_name, answers.profile)), "bash"),
    )
