"""Classic's JSON as its clients send it (clients.md 4.1), and a workspace of a few things."""

from __future__ import annotations

from typing import Any

GLOBAL = "506153734175476c4f62416c57734963"
DATASET = f"{GLOBAL}.6afdcc1173cf426192190a3cd0c25ded.9d6d1e0f5d8b4ba2a7e1f5f0c6a3b111"
MODEL = "aaaabbbbccccddddeeeeffff00001111.0123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210"
TRANSFORM = "aaaabbbbccccddddeeeeffff00001111.1123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210"
SPLIT = "70530644c97a4ab685f788bf30a8be5f"
SCORE = "401b4f92e7244d5abe81d5b0ff9bdb33"
PYTHON = "cdb56f957f4c404dbde75bb972e6f232"
SELECT = "1ec722fab6234e26a44ea50c6d726223"
FIRST = "5d5a2d5c-0bff-4a9a-9f0c-d8b3c3e6ac40-"  # classic's ids of nodes begin with any hexadecimal digit


class Things:
    """Assets by kind, name and id."""

    def __init__(self, *known: tuple[str, str, str]) -> None:
        self._ids = {(kind, name): told for kind, name, told in known}
        self._names = {(kind, told): name for kind, name, told in known}

    def id_of(self, kind: str, name: str) -> str | None:
        return self._ids.get((kind, name))

    def name_of(self, kind: str, id: str) -> str | None:  # noqa: A002 # as in Assets
        return self._names.get((kind, id))


NOTHING = Things()
THINGS = Things(
    ("dataset", "Adult Census Income", DATASET), ("trained-model", "income model", MODEL), ("transform", "scaling", TRANSFORM)
)  # fmt: skip


def module_id(family: str) -> str:
    return f"{GLOBAL}.{family}.v1-default-1642"


def module(
    number: int, family: str, parameters: list[dict[str, Any]], inputs: dict[str, tuple[str, str] | None], outputs: list[str]
) -> dict[str, Any]:  # fmt: skip
    """A node; of an input, the field and the id of what is on its port."""
    node = f"{FIRST}{number}"
    return {
        "Id": node,
        "ModuleId": module_id(family),
        "Comment": "",
        "CommentCollapsed": True,
        "ModuleParameters": parameters,
        "InputPortsInternal": [
            {"DataSourceId": None, "TrainedModelId": None, "TransformModuleId": None, "Name": name, "NodeId": node}
            | ({asset[0]: asset[1]} if asset else {})
            for name, asset in inputs.items()
        ],
        "OutputPortsInternal": [{"Name": name, "NodeId": node, "OutputType": None} for name in outputs],
    }


def parameter(name: str, value: Any, link: str | None = None) -> dict[str, Any]:
    return {"Name": name, "Value": value, "ValueType": "Literal", "LinkedGlobalParameter": link}


def edge(source: str, target: str) -> dict[str, Any]:
    """`<number>:<port>` to the same."""
    return {"SourceOutputPortId": FIRST + source, "DestinationInputPortId": FIRST + target}


def positions(*places: tuple[str, str]) -> str:
    told = "".join(f"<NodePosition Node='{node}' Position='{place}'/>" for node, place in places)
    return (
        "<?xml version='1.0' encoding='utf-16'?><DataV1 xmlns:xsd='http://www.w3.org/2001/XMLSchema' "
        "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><Meta /><NodePositions>"
        f"{told}</NodePositions><NodeGroups /></DataV1>"
    )


SELECTED = (
    '{"isFilter":true,"rules":[{"exclude":false,"ruleType":"AllColumns"},'
    '{"exclude":true,"ruleType":"ColumnNames","columns":["income"]}],"ui":{"withRules":true}}'
)


def graph() -> dict[str, Any]:
    """A predictive experiment: columns are selected, a saved model scores them, a script tells what came of it."""
    return {
        "ModuleNodes": [
            module(1, SELECT, [parameter("Select columns", SELECTED)], {"Dataset": ("DataSourceId", DATASET)}, ["Results dataset"]),
            module(2, SPLIT, [
                parameter("Splitting mode", "Split Rows"),
                parameter("Fraction of rows in the first output dataset", "0.7", "share"),
                parameter("Randomized split", "True"),
                parameter("Random seed", "42"),
                parameter("Stratified split", "False"),
            ], {"Dataset": None}, ["Results dataset1", "Results dataset2"]),
            module(3, SCORE, [parameter("Append score columns to output", "true")],
                   {"Trained model": ("TrainedModelId", MODEL), "Dataset": None}, ["Scored dataset"]),
            module(4, PYTHON, [
                parameter("Python Script", "def azureml_main(a=None, b=None):\n    return a,\n", "code"),
                parameter("Python Version", "Anaconda 2.0/Python 2.7.7"),
            ], {"Dataset1": None, "Dataset2": ("DataSourceId", DATASET), "Script Bundle": None}, ["Result Dataset", "Python Device"]),
        ],
        "EdgesInternal": [
            edge("1:Results dataset", "2:Dataset"), edge("2:Results dataset1", "3:Dataset"),
            edge("3:Scored dataset", "4:Dataset1"),
        ],
        "SerializedClientData": positions(
            (DATASET, "10,20,200,200"), (MODEL, "400,20,200,60"), (f"{FIRST}1", "10,140,200,200"),
            (f"{FIRST}2", "10.5,260,200,200"), (f"{FIRST}3", "30,-5,200,200"), (f"{FIRST}4", "10,500,200,200"),
        ),
        "PublishInfo": None,
        "Parameters": [],
    }  # fmt: skip


def web_service() -> dict[str, Any]:
    return {
        "IsWebServiceExperiment": True,
        "Inputs": [{"Id": "ffe0-5", "PortId": f"{FIRST}1:Dataset", "Name": "input1"}],
        "Outputs": [{"Id": "ffe0-6", "PortId": f"{FIRST}4:Result Dataset", "Name": "output1"}],
        "Parameters": [
            {"Name": "share", "Value": "0.9", "ParameterDefinition": {
                "Name": "share", "FriendlyName": "share", "DefaultValue": "0.9", "ParameterType": "Double",
                "HasDefaultValue": True, "IsOptional": False, "HasRules": True, "ParameterRules": [{"Min": 0, "Max": 1}]}},
            {"Name": "code", "Value": "", "ParameterDefinition": {
                "Name": "code", "HasDefaultValue": False, "ParameterType": "Script", "Description": "Python"}},
        ],
        "WebServiceGroupId": "0123",
        "SerializedClientData": positions(("ffe0-5", "10,-100,200,200"), ("ffe0-6", "10,600,200,200")),
    }  # fmt: skip
