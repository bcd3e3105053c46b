import { useRef, useState, type ReactNode, type RefObject } from "react";
import { Icon } from "../../shared/icons";
import { about, firstName } from "../../shared/words";
import { Refusal } from "../api/client";
import type { Approval, Me } from "../api/types";
import { useDecision } from "../hooks/useDecision";
import { useKeys } from "../hooks/useKeys";
import { useNow } from "../hooks/useNow";
import { AmountForm, useAmount } from "./AmountForm";
import { decisionFor, outcome, verb } from "./approval";
import { Facts } from "./Facts";
import { Respond } from "./Respond";

interface Props {
  approval: Approval;
  me: Me;
  offline: boolean;
  /** Single keys act on this card: the first that is open in the conversation. */
  keysOn: boolean;
}

/** An approval at its place in the conversation: a form while it is open, one line afterwards. */
export function ApprovalCard(props: Props) {
  const decide = useDecision(props.approval);
  const overtaken = decide.error instanceof Refusal && decide.error.status === 409;
  if (props.approval.status === "pending" && !overtaken) return <OpenCard {...props} decide={decide} />;
  return <DecidedLine {...props} overtaken={overtaken} />;
}

function DecidedLine({ approval, me, overtaken }: Props & { overtaken: boolean }) {
  const { icon, head, tail } = outcome(approval, me, overtaken);
  const waiting = approval.status === "pending";
  return (
    <div className="done" role="status">
      <Icon name={icon} size="sm" className={icon === "check" ? "ok" : icon === "users" ? "warn" : ""} />
      <span className="grow">
        <b>{waiting ? "A colleague decided first." : head}</b> <span className="t3">{waiting ? "Yours was not used." : tail}</span>
      </span>
    </div>
  );
}

/** The form: what is asked, the amount where money moves, and the decisions the book allows. */
function OpenCard({ approval, me, offline, keysOn, decide }: Props & { decide: ReturnType<typeof useDecision> }) {
  const [responding, setResponding] = useState(false);
  const amount = useAmount(approval);
  const accept = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const reserved = approval.role === "supervisor" && me.role === "agent";
  const off = offline || reserved || decide.isPending;
  const { allow_respond, allow_ignore } = approval.request.config;
  const act = {
    accept: off || amount.wrong ? undefined : () => decide.mutate(decisionFor(amount.asked, amount.value)),
    respond: allow_respond && !off ? () => setResponding(true) : undefined,
    ignore: allow_ignore && !off ? () => decide.mutate({ type: "ignore", args: null }) : undefined,
  };
  const a = amount.asked === null ? act.accept : () => accept.current?.focus();
  useKeys(keysOn ? { a, d: amount.editable ? () => field.current?.select() : undefined, r: act.respond, x: act.ignore } : {});
  const name = firstName(approval.customer.name);
  return (
    <section className="ask" aria-label="Approval needed">
      <header>
        <Icon name="stamp" />
        {verb(approval, null)} needs {reserved ? "a supervisor’s" : "your"} decision
        <Expiry at={approval.expires_at} name={name} />
      </header>
      <div className={amount.asked === null ? "body body-facts" : "body"}>
        {amount.asked !== null && <AmountForm amount={amount} field={field} name={name} done={() => accept.current?.focus()} />}
        <Facts approval={approval} />
      </div>
      {responding && <Respond name={name} off={off} close={() => setResponding(false)} send={(args) => decide.mutate({ type: "response", args })} />}
      {decide.error && <Failed why={decide.error.message} />}
      <Buttons approval={approval} label={decide.isPending ? "Deciding…" : verb(approval, amount.value)} act={act} accept={accept}>
        {reserved ? "The book reserves this for a supervisor." : offline ? "Needs a connection, so that nobody decides twice." : "The first decision counts."}
      </Buttons>
    </section>
  );
}

interface ButtonsProps {
  approval: Approval;
  label: string;
  act: Record<"accept" | "respond" | "ignore", (() => void) | undefined>;
  accept: RefObject<HTMLButtonElement | null>;
  children: ReactNode;
}

function Buttons({ approval, label, act, accept, children }: ButtonsProps) {
  const { allow_accept, allow_respond, allow_ignore } = approval.request.config;
  return (
    <footer>
      {allow_accept && (
        <button type="button" className="btn btn-main" ref={accept} disabled={!act.accept} onClick={act.accept}>
          {label} <kbd>a</kbd>
        </button>
      )}
      {allow_respond && (
        <button type="button" className="btn" disabled={!act.respond} onClick={act.respond}>
          Respond… <kbd>r</kbd>
        </button>
      )}
      {allow_ignore && (
        <button type="button" className="btn btn-quiet" disabled={!act.ignore} onClick={act.ignore}>
          Ignore <kbd>x</kbd>
        </button>
      )}
      <span className="push xs t3">{children}</span>
    </footer>
  );
}

function Failed({ why }: { why: string }) {
  return (
    <p className="say say-b" role="alert">
      <Icon name="warn" size="sm" />
      <span className="grow">{why} Nothing was decided.</span>
    </p>
  );
}

function Expiry({ at, name }: { at: string | null; name: string }) {
  const now = useNow();
  if (!at) return null;
  return (
    <span className="push xs num expiry">
      <Icon name="clock" size="sm" /> expires in {about((Date.parse(at) - now) / 1000)}
      <span className="then">, then {name} is told</span>
    </span>
  );
}
