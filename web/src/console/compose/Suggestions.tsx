import { useState } from "react";
import { Icon } from "../../shared/icons";
import type { Suggestion, SuggestionRun } from "../api/passing";
import type { Conversation } from "../api/types";
import { useKeys } from "../hooks/useKeys";
import { useRunSuggestion, useSuggestions } from "../hooks/useSuggestions";
import { Confidence } from "../shell/marks";

interface Props {
  conversation: Conversation;
  offline: boolean;
  /** What a suggestion leads to beside an action: words for the box, or a colleague. */
  led(run: SuggestionRun): void;
}

/** At most three things to do next; a click, or its number, does it. */
export function Suggestions({ conversation, offline, led }: Props) {
  const id = conversation.conversation_id;
  const found = useSuggestions(id, true).data ?? [];
  const run = useRunSuggestion(id);
  const [asking, ask] = useState<Suggestion | null>(null);
  const off = offline || run.isPending;
  const start = (suggestion: Suggestion, values: Record<string, string> = {}, agreed = false): void =>
    run.mutate(
      { suggestion, values, agreed },
      {
        onSuccess: (ran) => {
          ask(null);
          led(ran);
        },
      },
    );
  const click = (suggestion: Suggestion): void => (suggestion.missing.length || suggestion.customer_agrees_first ? ask(suggestion) : start(suggestion));
  const press = (place: number): (() => void) | undefined => {
    const suggestion = found[place];
    return suggestion && !off ? () => click(suggestion) : undefined;
  };
  useKeys({ "1": press(0), "2": press(1), "3": press(2) });
  if (!found.length) return null;
  return (
    <>
      <div className="sugg" role="group" aria-label="Suggested actions">
        {found.map((one, i) => (
          <button type="button" key={one.id} disabled={off} onClick={() => click(one)} title={aboutOf(one)}>
            <span className="medium">{inShort(one.description)}</span>
            <kbd>{i + 1}</kbd>
            <Confidence value={one.confidence} />
            {one.approval && <Icon name="stamp" size="sm" label={`a${one.approval === "agent" ? "n agent" : " supervisor"} decides`} />}
          </button>
        ))}
      </div>
      {asking && <Before suggestion={asking} off={off} go={(values) => start(asking, values, asking.customer_agrees_first)} close={() => ask(null)} />}
      {run.error && (
        <p className="xs bad" role="alert">
          {run.error.message} Nothing was done.
        </p>
      )}
    </>
  );
}

function aboutOf({ description, expected_outcome, record }: Suggestion): string {
  const told = record.tries ? ` Ended well ${record.wins} of ${record.tries} times.` : "";
  return `${description}. ${expected_outcome}${told}`;
}

/** What differs comes first, where there is room for a few words. */
export function inShort(description: string): string {
  return description.replace(/^Answer as the rule book does: /, "Answer: ").replace(/^Pass on to a colleague for /, "Pass on: ");
}

/** What has to be known, or agreed, before it can be done. */
function Before({ suggestion, off, go, close }: { suggestion: Suggestion; off: boolean; go(values: Record<string, string>): void; close(): void }) {
  const [values, set] = useState<Record<string, string>>({});
  const ready = suggestion.missing.every((name) => values[name]?.trim());
  return (
    <form
      className="shelf stack gap-2"
      aria-label={suggestion.description}
      onSubmit={(e) => {
        e.preventDefault();
        if (ready && !off) go(values);
      }}
    >
      <p className="xs">
        <b>{suggestion.description}.</b> {suggestion.expected_outcome} {suggestion.customer_agrees_first && "The customer agrees to this first."}
      </p>
      {suggestion.missing.map((name) => (
        <label className="field" key={name}>
          <span className="t3 xs">{name.replaceAll("_", " ")}</span>
          <input value={values[name] ?? ""} onChange={(e) => set({ ...values, [name]: e.target.value })} />
        </label>
      ))}
      <div className="row">
        <button className="btn btn-main btn-sm" disabled={!ready || off}>
          {suggestion.customer_agrees_first ? "The customer agreed: do it" : "Do it"}
        </button>
        <button type="button" className="btn btn-quiet btn-sm" onClick={close}>
          Not now
        </button>
      </div>
    </form>
  );
}
