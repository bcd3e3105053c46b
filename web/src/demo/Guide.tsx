import type { ReactNode } from "react";
import { useWhy } from "../console/hooks/useWhy";
import { explainedTurns } from "../console/talk/ledger";
import type { Conversation } from "../console/api/types";
import { Icon } from "../shared/icons";
import { stepStates, type Happened, type StepState } from "./guide";

interface Props {
  conversation: Conversation | undefined;
  happened: Happened;
  startOver(): void;
  /** True while the shop is put back. */
  starting: boolean;
  /** Why the shop was not put back; null when it was. */
  refusal: string | null;
  toggleTheme(): void;
}

/** What can be tried here, in four steps that tick themselves off. */
export function Guide({ conversation, happened, startOver, starting, refusal, toggleTheme }: Props) {
  const [ask, money, decide, why] = stepStates(happened);
  return (
    <header className="guide">
      <div className="name">
        <Icon name="bell" />
        <div>
          <h1>Frontdesk demo</h1>
          {refusal ? (
            <p className="xs" role="alert">
              {refusal}
            </p>
          ) : (
            <p className="xs t3">Shop and people are invented. Nothing leaves this machine.</p>
          )}
        </div>
      </div>
      <ol className="steps" aria-label="Things to try">
        <Step n={1} state={ask} title="Ask as Marta">
          “where is my order #1042?” <FirstAnswer conversation={conversation} />
        </Step>
        <Step n={2} state={money} title="Ask for money back">
          Above €100 the book wants a person. The chat goes on.
        </Step>
        <Step n={3} state={decide} title="Decide as Runa">
          At the right: <kbd>a</kbd>, then <kbd>↵</kbd>. Or lower the amount first.
        </Step>
        <Step n={4} state={why} title="Ask why">
          Open the waterfall of a reply and the line of YAML behind it.
        </Step>
      </ol>
      <div className="stack gap-2">
        <button type="button" className="btn btn-sm" disabled={starting} onClick={startOver}>
          <Icon name="undo" size="sm" />
          Start over
        </button>
        <button type="button" className="btn btn-sm" onClick={toggleTheme}>
          <Icon name="theme" size="sm" />
          Theme
        </button>
      </div>
    </header>
  );
}

interface StepProps {
  n: number;
  state: StepState | undefined;
  title: string;
  children: ReactNode;
}

function Step({ n, state, title, children }: StepProps) {
  return (
    <li {...(state === "current" ? { "aria-current": "step" } : {})}>
      <span className={state === "done" ? "pin pin-done" : state === "next" ? "pin pin-next" : "pin"}>
        {state === "done" ? <Icon name="check" size="sm" label="Done" /> : n}
      </span>
      <div>
        <b>{title}</b>
        <br />
        {children}
      </div>
    </li>
  );
}

/** How long the first answer really took. */
function FirstAnswer({ conversation }: { conversation: Conversation | undefined }) {
  const id = conversation?.conversation_id ?? "";
  const first = conversation ? (explainedTurns(conversation.timeline, id)[0] ?? null) : null;
  const ms = useWhy(id, first).data?.ms;
  return ms == null ? "The shop’s own systems answer." : `Answered in ${(ms / 1000).toFixed(2)} s.`;
}
