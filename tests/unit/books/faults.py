"""Faults to put into the book with every kind of step, one for each rule of `check`."""

from dataclasses import dataclass

FLOWS = "flows/every_step.yaml"
REPLIES = "templates/every_step.yaml"


@dataclass(frozen=True, kw_only=True)
class Seed:
    """One fault: what is changed where, and what `check` says about it."""

    rule: str
    file: str
    old: str
    new: str
    says: str
    shows: str
    """A line of the conversation that shows it."""
    hint: str = ""
    at: str = ""
    """What stands on the line that the problem names; the new text's first line otherwise."""
    in_file: str = ""


SEEDS = (
    Seed(
        rule="a step behind the end of its flow",
        file=FLOWS,
        old="      - say: parts_noted\n",
        new="      - say: parts_noted\n      - end: true\n      - say: size_done\n",
        at="- say: size_done",
        says="no conversation reaches this step",
        shows="assistant: Noted: {slots.wanted}.",
    ),
    Seed(
        rule="a branch that no value takes",
        file=FLOWS,
        old="      - if: slots.again == true\n        then:\n",
        new="      - if: slots.again == true && slots.again == false\n        then:\n",
        at="- next: measure",
        says="no conversation reaches this step",
        shows="(line 104 never goes on to line 106)",
    ),
    Seed(
        rule="a choice that is compared with a value it never has",
        file=FLOWS,
        old="      - collect: note\n",
        new="      - if: slots.reason == 'brokn'\n        then: [{say: size_done}]\n      - collect: note\n",
        at="then: [{say: size_done}]",
        says="no conversation reaches this step",
        shows="customer: broken",
    ),
    Seed(
        rule="an end without a reply",
        file=FLOWS,
        old="      - say: size_done\n",
        new="      - if: slots.height > 100\n        then:\n          - say: size_done\n",
        at="  size:",
        says="the flow 'size' can end without a reply and without a person",
        shows="(`slots.height > 100` does not hold)",
    ),
    Seed(
        rule="an answer that is met with silence",
        file=FLOWS,
        old="      - say: parts_noted\n",
        new="      - set_slots: {part: 'null'}\n",
        at="  parts:",
        says="the flow 'parts' can end without a reply and without a person",
        shows="(here it ends, and nothing was said)",
    ),
    Seed(
        rule="a read that finds nothing and tells nobody",
        file=FLOWS,
        old="            save: orders\n            missing: no_order\n",
        new="            save: orders\n",
        at="- reads:",
        says="when this finds nothing, nobody is told",
        shows="(list_orders finds nothing)",
    ),
    Seed(
        rule="a slot that nobody asks for",
        file=FLOWS,
        old="      height: {type: number, ask: how_tall}\n",
        new="      height: {type: number, ask: how_tall}\n      weight: {type: number, ask: how_tall}\n",
        at="  size:",
        says="the flow 'size' never asks for its slot 'weight'",
        shows="customer: which size do i need",
    ),
    Seed(
        rule="a slot whose condition nothing satisfies",
        file=FLOWS,
        old="{type: number, ask: how_tall}",
        new="{type: number, ask: how_tall, valid: value > 250 && value < 50}",
        at="  size:",
        says="no value of the slot 'height' is valid",
        shows="(whatever is answered, it is asked again)",
    ),
    Seed(
        rule="a reply that names what was not read",
        file=FLOWS,
        old="      - say: parts_noted\n",
        new="      - say: stop_ask\n",
        says="'order' is not known here",
        shows="('order' was not read on this way)",
    ),
    Seed(
        rule="an action whose rules need what was not read on every way",
        file=FLOWS,
        old="""      - read: find_order
        with: {order_id: slots.order_id}
        save: order
        missing: no_order
        forget: [order_id]
      - action""",
        new="""      - if: customer.verified == true
        then:
          - read: find_order
            with: {order_id: slots.order_id}
            save: order
            missing: no_order
            forget: [order_id]
      - action""",
        at="- action: stop_order",
        says="'order' is not known here",
        shows="(`customer.verified == true` does not hold)",
        hint="It is read on some ways only.",
    ),
    Seed(
        rule="a reply that needs what the engine may not have",
        file="templates/all.yaml",
        old='clarify_once: {text: "What is it about[: {guesses}]?"}',
        new='clarify_once: {text: "Is it about {guesses}?"}',
        says="'guesses' is not there each time 'clarify_once' is said",
        shows="(here: 'guesses' is not there each time 'clarify_once' is said)",
    ),
    Seed(
        rule="a reply that needs a slot which may be empty",
        file=FLOWS,
        old="          - say: swap_noted\n",
        new="          - say: swap_noted_with\n",
        says="'slots.note' may be empty here, and the reply cannot be said without it",
        shows="customer: no",
    ),
    Seed(
        rule="a condition that has no value when a slot is left empty",
        file=FLOWS,
        old="      - if: slots.note == null\n",
        new="      - if: slots.note < 'm'\n",
        says="`slots.note < 'm'` has no value when something in it is empty",
        shows="(slots.note is empty)",
    ),
    Seed(
        rule="a flow that nothing starts",
        file=FLOWS,
        old="flows:\n",
        new="flows:\n  lonely: {description: Alone, steps: [{say: size_done}]}\n",
        at="  lonely:",
        says="nothing starts the flow 'lonely'",
        shows="(no customer's words and no flow begin it)",
    ),
    Seed(
        rule="a flow whose intent always goes to a person",
        file="intents/every_step.yaml",
        old="  parts: {category: request, answer: flow,",
        new="  parts: {category: request, complex: true, answer: flow,",
        in_file=FLOWS,
        at="  parts:",
        says="'parts' always goes to a person, so nothing starts the flow 'parts'",
        shows="customer: i need spare parts",
    ),
    Seed(
        rule="flows that call one another in a ring",
        file=FLOWS,
        old="      - collect: email\n",
        new="      - collect: email\n      - link: swap\n",
        at="  contact:",
        says="these flows link in a ring: contact → swap → contact",
        shows="customer: i want to swap this",
    ),
    Seed(
        rule="a way back without a bound",
        file=FLOWS,
        old="          - next: measure\n            at_most: 1\n",
        new="          - next: measure\n",
        says="this goes back to 'measure' without a bound",
        shows="assistant: For somebody else?",
        hint="Add `at_most: 3` beside it.",
    ),
    Seed(
        rule="a way on to a step that is not there",
        file=FLOWS,
        old="        next: further\n",
        new="        next: furter\n",
        says="there is no step 'furter' in this flow",
        shows="customer: which size do i need",
        hint="Did you mean 'further'?",
    ),
    Seed(
        rule="a template that is not there",
        file=FLOWS,
        old="      - say: parts_noted\n",
        new="      - say: parts_notd\n",
        says="there is no template 'parts_notd'",
        shows="customer: i need spare parts",
        hint="Did you mean 'parts_noted'?",
    ),
    Seed(
        rule="a slot that is not there",
        file=FLOWS,
        old="      - collect: height\n".removeprefix("      - "),
        new="collect: heigth\n",
        says="there is no slot 'heigth'",
        shows="customer: which size do i need",
        hint="Did you mean 'height'?",
    ),
    Seed(
        rule="a slot misspelt in a condition",
        file=FLOWS,
        old="      - if: slots.note == null\n",
        new="      - if: slots.noet == null\n",
        says="'slots' has no field 'noet'",
        shows="assistant: Is there anything to add?",
        hint="Did you mean 'slots.note'?",
    ),
    Seed(
        rule="a tool that is not there",
        file=FLOWS,
        old="          - read: list_orders\n",
        new="          - read: list_ordrs\n",
        says="there is no tool 'list_ordrs'",
        shows="customer: i want to swap this",
        hint="Did you mean 'list_orders'?",
    ),
    Seed(
        rule="a tool with effect that is read past all rules",
        file=FLOWS,
        old="          - read: list_orders\n            save: orders\n",
        new="          - read: cancel_order\n"
        "            with: {order_id: slots.order_id}\n            save: orders\n",
        says="'cancel_order' changes something and cannot be read",
        shows="customer: i want to swap this",
    ),
    Seed(
        rule="a skill that is not there",
        file=FLOWS,
        old="skills: [loans]",
        new="skills: [loan]",
        says="there is no skill 'loan'",
        shows="assistant: How tall?",
        hint="Did you mean 'loans'?",
    ),
    Seed(
        rule="an effect without anybody's yes",
        file="actions.yaml",
        old="    ask: stop_ask\n",
        new="    ask: stop_ask\n    always_confirm: false\n",
        at="  stop_order:",
        says="'stop_order' would run without anybody's yes",
        shows="(order.status is 'processing': it is done at once)",
    ),
    Seed(
        rule="an amount that nobody may approve",
        file="actions.yaml",
        old="""    ask: stop_ask
    started: stop_said
    waiting: stop_said
    done: stop_said
    failed: stop_said
    rejected: stop_said
    rules:
""",
        new="""    amount: args.version
    ask: stop_ask
    started: stop_said
    waiting: stop_said
    done: stop_said
    failed: stop_said
    rejected: stop_said
    rules:
      - id: stop_dear
        if: args.version > 100
        approval: {role: agent, up_to: 500}
      - id: stop_huge
        if: args.version > 900
        approval: {role: agent, up_to: 500}
""",
        at="  stop_order:",
        says="nobody may decide on 'stop_order' of 899",
        shows="(args.version is 899, order.status is 'processing': it waits for a person who does not exist)",
    ),
    Seed(
        rule="a follow-up that begins two actions",
        file="actions.yaml",
        old="    subject: args.loan_id\n",
        new="    subject: args.loan_id\n    begins_when_due: visit\n",
        at="  stop_order:",
        says="'extend_loan' begins when 'visit' is due already",
        shows="('visit' is due, and two actions would begin)",
    ),
    Seed(
        rule="money without an amount",
        file="actions.yaml",
        old="    tool: cancel_order\n    risk: write\n",
        new="    tool: cancel_order\n    risk: money\n",
        at="  stop_order:",
        says="'stop_order' moves money but names no amount",
        shows="customer: stop my order",
    ),
    Seed(
        rule="a rule that never decides",
        file="actions.yaml",
        old="        if: order.status != 'processing'\n",
        new="        if: order.status == 'sent' && order.status == 'lost'\n",
        at="- id: stop_late",
        says="the rule 'stop_late' never decides: "
        "nothing satisfies `order.status == 'sent' && order.status == 'lost'`",
        shows="assistant: Which order?",
    ),
    Seed(
        rule="an action's reply that names a slot",
        file=REPLIES,
        old="I am stopping #{args.order_id}.",
        new="I am stopping #{slots.order_id}.",
        says="'slots' is not known to the action 'stop_order', which says 'stop_said'",
        shows="('stop_said' cannot be said)",
    ),
    Seed(
        rule="an action that no flow uses",
        file="flows/loans.yaml",
        old="""          - action: extend_loan
            with:
              loan_id: slots.loan_id
              days: "14"
""",
        new="          - say: goodbye\n",
        in_file="actions.yaml",
        at="  extend_loan:",
        says="no flow uses the action 'extend_loan'",
        shows="(no conversation comes to it)",
    ),
    Seed(
        rule="a conflict matrix that depends on who came first",
        file="conflicts.yaml",
        old="stop_order: {extend_loan: allow,",
        new="stop_order: {extend_loan: queue,",
        at="extend_loan: {extend_loan",
        says="stop_order after extend_loan is 'allow', but extend_loan after stop_order is 'queue'",
        shows="customer: keep my book longer",
    ),
    Seed(
        rule="a conflict matrix with a gap",
        file="conflicts.yaml",
        old="extend_loan: {extend_loan: block, stop_order: allow}",
        new="extend_loan: {extend_loan: block}",
        says="nothing says what follows stop_order while extend_loan is pending",
        shows="(nothing says whether it may begin)",
    ),
    Seed(
        rule="options out of what was not read yet",
        file=FLOWS,
        old="      order_id: {type: order_number, entities: [order_number], ask: which_order}\n",
        new="      order_id: {type: choice, options: order.item_names, ask: which_order}\n",
        at="- collect: order_id",
        says="'order' is not known here",
        shows="customer: stop my order",
    ),
    Seed(
        rule="words that mean two things",
        file="fast_path.yaml",
        old='    whole: ["no"]\n',
        new='    whole: ["yes"]\n',
        says="'yes' already means affirm",
        shows="customer: yes",
    ),
    Seed(
        rule="a button that fills nothing",
        file=REPLIES,
        old="  which_reason: {text: What is wrong with it?}\n",
        new="""  which_reason:
    text: What is wrong with it?
    buttons: [{title: Broken, payload: '/inform{"raeson":"broken"}'}]
""",
        at="buttons:",
        says="the button 'Broken' fills 'raeson', which no flow asks for",
        shows="customer: [Broken]",
        hint="Did you mean 'reason'?",
    ),
)
