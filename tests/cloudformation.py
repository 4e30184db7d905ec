"""A CloudFormation template as CloudFormation would see it: intrinsic functions resolved, conditions decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

NO_VALUE = object()


class Loader(yaml.SafeLoader):
    """YAML in which the short forms of intrinsic functions become the long ones."""


def _intrinsic(loader: Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    else:
        assert isinstance(node, yaml.SequenceNode)
        value = loader.construct_sequence(node, deep=True)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


Loader.add_multi_constructor("!", _intrinsic)


def load(text: str) -> dict[str, Any]:
    """Return the template as it is written, with functions in their long form."""
    template: dict[str, Any] = yaml.load(text, Loader)  # a SafeLoader with tags of its own
    return template


def resolve(
    text: str,
    parameters: Mapping[str, str] | None = None,
    *,
    partition: str = "aws",
    account: str = "111122223333",
    region: str = "us-west-2",
    stack: str = "a-stack",
    made: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the template with every function resolved and without what its conditions leave out.

    `made` holds what a Ref ("Topic") or an attribute ("Topic.Arn") of a resource comes to; others stand for
    themselves in angle brackets.

    Raises:
        LookupError: something refers to what the template does not have.
    """
    return Resolver(load(text), parameters or {}, made or {}).resolved(
        {
            "AWS::Partition": partition,
            "AWS::AccountId": account,
            "AWS::Region": region,
            "AWS::StackName": stack,
            "AWS::NoValue": NO_VALUE,
        }
    )


class Resolver:
    """One template with the values of its parameters."""

    def __init__(self, template: dict[str, Any], parameters: Mapping[str, str], made: Mapping[str, str]) -> None:
        self.template, self.made = template, made
        defaults = {name: declared.get("Default") for name, declared in template.get("Parameters", {}).items()}
        if unknown := parameters.keys() - defaults.keys():
            raise LookupError(f"no such parameters: {unknown}")
        self.values: dict[str, Any] = defaults | dict(parameters)

    def resolved(self, pseudo: Mapping[str, Any]) -> dict[str, Any]:
        """Return the template's resources and outputs."""
        self.values |= pseudo
        return {part: self.value(self._existing(self.template.get(part, {}))) for part in ("Resources", "Outputs")}

    def holds(self, condition: str) -> bool:
        """Tell whether the named condition is true."""
        return bool(self.value(self.template["Conditions"][condition]))

    def value(self, written: Any) -> Any:
        """Return what `written` comes to."""
        if isinstance(written, list):
            return [value for item in written if (value := self.value(item)) is not NO_VALUE]
        if not isinstance(written, dict):
            return written
        if len(written) == 1:
            ((name, argument),) = written.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument)
        return {key: value for key, item in written.items() if (value := self.value(item)) is not NO_VALUE}

    def _call(self, name: str, argument: Any) -> Any:
        match name:
            case "Ref":
                return self._reference(argument)
            case "Fn::Sub":
                return re.sub(r"\$\{([^}!]+)\}", lambda found: str(self._reference(found[1])), argument)
            case "Fn::If":
                return self.value(argument[1] if self.holds(argument[0]) else argument[2])
            case "Fn::Equals":
                return self.value(argument[0]) == self.value(argument[1])
            case "Fn::Not":
                return not self.value(argument[0])
            case "Fn::GetAtt":
                return self._reference(".".join(argument) if isinstance(argument, list) else argument)
        raise LookupError(f"this resolver does not know {name}")

    def _reference(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        if name.split(".")[0] in self.template["Resources"]:
            return self.made.get(name, f"<{name}>")
        raise LookupError(f"the template has no {name}")

    def _existing(self, part: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: {key: value for key, value in each.items() if key != "Condition"}
            for name, each in part.items()
            if "Condition" not in each or self.holds(each["Condition"])
        }
