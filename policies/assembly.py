"""Compiles actions, conflicts and templates from their schemas into the book's values."""

from collections.abc import Iterable, Iterator, Mapping

from policies.facts import CONVERSATION, CUSTOMER, Fact, Known, Tools
from policies.model import (
    ActionRule,
    ActionSpec,
    ApprovalNeed,
    ConflictVerdict,
    Flow,
    TemplateSet,
    ThenCall,
    Value,
)
from policies.reading import Reader
from policies.schema import (
    OTHERS,
    ActionYaml,
    CompanyFile,
    ConflictsFile,
    RuleYaml,
    TemplatesFile,
    TemplateYaml,
)
from policies.source import YamlPath
from policies.templates import Reply, Wording


def compile_actions(
    entries: Iterable[tuple[Reader, str, ActionYaml]], flows: Mapping[str, Flow], tools: Tools | None
) -> dict[str, ActionSpec]:
    """Compile every action; its rules see `args`, `customer`, `conversation` and the reads it needs."""
    saves = {read.save: read.tool for flow in flows.values() for read in flow.reads}
    return {
        name: _action(name, action, reader, _known(action, saves, tools), tools)
        for reader, name, action in entries
    }


def _known(action: ActionYaml, saves: Mapping[str, str], tools: Tools | None) -> Known:
    """List the facts that an action's expressions may name."""
    known = {
        "customer": CUSTOMER,
        "conversation": CONVERSATION,
        "args": Fact(fields=action.args, gaps=True),
    }
    for save in action.needs:
        tool = (tools or {}).get(saves.get(save, ""))
        known[save] = Fact(whole="any", fields=tool.result if tool else None)
    return known


def _then(
    action: ActionYaml, reader: Reader, known: Known, tools: Tools | None, path: YamlPath
) -> Iterator[ThenCall]:
    """Compile the calls that follow; they also see `made`, what the action's tool gave back."""
    made = (tools or {}).get(action.tool)
    seen = {**known, "made": Fact(whole="any", fields=made.result if made else None)}
    for index, call in enumerate(action.then):
        args = {
            name: reader.expression(text, seen, (*path, index, "with", name))
            for name, text in call.with_.items()
        }
        yield ThenCall(tool=call.tool, args=args)


def _action(name: str, action: ActionYaml, reader: Reader, known: Known, tools: Tools | None) -> ActionSpec:
    """Compile one action."""
    path = ("actions", name)
    return ActionSpec(
        name=name,
        tool=action.tool,
        risk=action.risk,
        label=action.label,
        subject=reader.expression(action.subject, known, (*path, "subject")),
        amount=reader.expression(action.amount, known, (*path, "amount")) if action.amount else None,
        always_confirm=action.always_confirm,
        ask=action.ask,
        started=action.started,
        waiting=action.waiting,
        done=action.done,
        failed=action.failed,
        rejected=action.rejected,
        editable=action.editable,
        needs=action.needs,
        then=tuple(_then(action, reader, known, tools, (*path, "then"))),
        effect=action.effect,
        checking=action.checking,
        begins_when_due=action.begins_when_due,
        rules=tuple(
            _rule(rule, reader, known, (*path, "rules", index)) for index, rule in enumerate(action.rules)
        ),
        place=reader.source.place(path),
    )


def _rule(rule: RuleYaml, reader: Reader, known: Known, path: YamlPath) -> ActionRule:
    """Compile one rule."""
    need = rule.approval
    return ActionRule(
        id=rule.id,
        condition=reader.expression(rule.if_, known, (*path, "if"), condition=True),
        refuse=rule.refuse,
        confirm=rule.confirm,
        approval=ApprovalNeed(**need.model_dump()) if need else None,
        says=rule.says or "",
        place=reader.source.place(path),
    )


def compile_conflicts(shape: ConflictsFile, actions: Iterable[str]) -> dict[tuple[str, str], ConflictVerdict]:
    """Flatten the matrix to pairs of (pending, new); `others` stands for those that a row does not name."""
    listed = [*actions]
    return {
        (pending, new): verdict
        for pending, row in shape.conflicts.items()
        for new, verdict in ({name: row[OTHERS] for name in listed if OTHERS in row} | row).items()
        if new != OTHERS
    }


def compile_templates(
    files: Iterable[tuple[Reader, TemplatesFile]], company: CompanyFile
) -> dict[str, TemplateSet]:
    """Parse every reply of all files."""
    always: dict[str, Value] = {
        "company": company.company_name,
        "assistant": company.assistant_name,
        "currency": company.currency,
    }
    return {
        name: _reply(name, shape, reader, always)
        for reader, file in files
        for name, shape in file.templates.items()
    }


def _reply(name: str, shape: TemplateYaml, reader: Reader, always: Mapping[str, Value]) -> Reply:
    """Parse one reply; `text` and `empathetic` are short for variants."""
    path = ("templates", name)
    return Reply(
        name=name,
        wordings=tuple(_wordings(shape, reader, path)) or (Wording(parts=()),),
        place=reader.source.place(path),
        buttons=tuple((button.title, button.payload) for button in shape.buttons),
        always=always,
    )


def _wordings(shape: TemplateYaml, reader: Reader, path: YamlPath) -> Iterator[Wording]:
    """Yield the variants that can be read."""
    made = [
        reader.wording(shape.text, (*path, "text")) if shape.text else None,
        reader.wording(shape.empathetic, (*path, "empathetic"), tone="empathetic")
        if shape.empathetic
        else None,
    ]
    for index, variant in enumerate(shape.variants):
        made_for = variant.model_dump(exclude={"text"})
        made.append(reader.wording(variant.text, (*path, "variants", index, "text"), **made_for))
    yield from (wording for wording in made if wording is not None)
