"""Check templates against each other: references between them, and versions of one in several languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from actionlearn.answers.items import Reference
from actionlearn.answers.kinds import KINDS
from actionlearn.answers.prompts import Prompt
from actionlearn.errors import Fault
from actionlearn.template import Block, LiveCell, Prose, Section, ShownCard, Template, View

#: Finds a template by id; None where nobody knows one.
Finding = Callable[[str], Template | None]


def inconsistencies(template: Template, find: Finding) -> Iterator[Fault]:
    """Yield the references to other templates that lead nowhere there."""
    for reference, line in template.references:
        other = _other(template, reference, find)
        if other is None:
            continue
        known = [prompt.id for prompt in other.prompts]
        if reference.prompt not in known:
            values = {"reference": str(reference), "known": known}
            yield Fault(code="template.no_such_prompt_there", values=values, path=template.path, line=line)
    for condition, line in template.conditions:
        reference = Reference.parse(condition.of)
        prompt = _prompt(_other(template, reference, find), reference)
        if prompt is not None and (unknown := set(condition.options) - set(KINDS[prompt.kind].answers(prompt))):
            values = {"names": sorted(unknown), "reference": condition.of, "known": KINDS[prompt.kind].answers(prompt)}
            yield Fault(code="template.no_such_answer_there", values=values, path=template.path, line=line)
    for prompt in template.prompts:
        earlier = Reference.parse(prompt.default_from) if prompt.default_from else None
        there = _prompt(_other(template, earlier, find), earlier) if earlier else None
        if there is not None and there.kind != prompt.kind:
            values = {"id": prompt.id, "other": prompt.default_from}
            yield Fault(
                code="template.other_kind_default", values=values, path=template.path, line=template.lines[prompt.id]
            )


def unknown(template: Template, find: Finding) -> Iterator[Fault]:
    """Yield the references to templates that nobody knows: they may be in a pack that is not here."""
    for reference, line in template.references:
        if reference.template not in ("", template.id) and find(reference.template) is None:
            yield Fault(
                code="template.unknown_template", values={"name": reference.template}, path=template.path, line=line
            )


def _other(template: Template, reference: Reference, find: Finding) -> Template | None:
    return find(reference.template) if reference.template not in ("", template.id) else None


def _prompt(template: Template | None, reference: Reference) -> Prompt | None:
    return next((p for p in template.prompts if p.id == reference.prompt), None) if template else None


def differences(templates: Mapping[str, Template]) -> Iterator[Fault]:
    """Yield where a template asks something else in one language than in another, English before others."""
    locales = sorted(templates, key=lambda locale: (locale != "en", locale))
    first = templates[locales[0]]
    for each in locales[1:]:
        yield from _different(first, templates[each])


def _different(one: Template, other: Template) -> Iterator[Fault]:
    ids = [prompt.id for prompt in one.prompts]
    found = [prompt.id for prompt in other.prompts]
    there = {"other": one.locale}
    if missing := [id for id in ids if id not in found]:
        yield Fault("template.prompts_missing", {**there, "ids": missing}, other.path)
    if added := [id for id in found if id not in ids]:
        yield Fault(
            code="template.prompts_added", values={**there, "ids": added}, path=other.path, line=other.lines[added[0]]
        )
    shapes = {prompt.id: shape(prompt) for prompt in one.prompts}
    for prompt in other.prompts:
        if prompt.id in shapes and shape(prompt) != shapes[prompt.id]:
            yield Fault(
                code="template.prompt_differs",
                values={**there, "id": prompt.id},
                path=other.path,
                line=other.lines[prompt.id],
            )
    frames = ([frame(block) for block in each.blocks if not isinstance(block, Prose)] for each in (one, other))
    if not missing and not added and next(frames) != next(frames):
        yield Fault("template.parts_differ", there, other.path)
    if _head(one) != _head(other):
        yield Fault(code="template.head_differs", values=there, path=other.path, line=1)


def shape(prompt: Prompt) -> tuple[object, ...]:
    """Return all of a prompt that is no matter of language."""
    columns = tuple((c.id, c.kind, tuple(o.id for o in c.options)) for c in prompt.columns)
    options = tuple(option.id for option in prompt.options)
    asked = (prompt.id, prompt.kind, prompt.required, prompt.audience, prompt.by, prompt.low, prompt.high)
    return (
        *asked,
        options,
        columns,
        prompt.recap,
        prompt.default_from,
        prompt.for_set,
        prompt.locked_when,
        prompt.later,
        prompt.folded,
    )


def frame(block: Block) -> object:
    """Return what of a block is no matter of language: which it is, and what opens it."""
    match block:
        case Prompt():
            return block.id
        case Section():
            return (block.id, block.when, block.opens)
        case ShownCard():
            return (block.card.id, block.when)
        case View():
            return block
        case LiveCell():
            return block.of
        case _:
            return None


def _head(template: Template) -> tuple[object, ...]:
    named = (template.version, template.minutes, template.stage, template.owner, template.about, template.per)
    return (*named, [(p.name, p.kind) for p in template.parameters])
