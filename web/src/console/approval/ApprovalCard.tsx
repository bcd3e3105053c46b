import { useRef, useState } from "react";
import { Icon } from "../../shared/icons";
import { about, currencySign, firstName, money } from "../../shared/words";
import { Refusal } from "../api/client";
import type { Approval, Me } from "../api/types";
import { useDecision } from "../hooks/useDecision";
import { useKeys } from "../hooks/useKeys";
import { useNow } from "../hooks/useNow";
import { askedAmount, decisionFor, outcome, readAmount, verb } from "./approval";
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

function OpenCard({ approval, me: _, offline, keysOn, decide }: Props & { decide: ReturnType<typeof useDecision> }) {
  const asked = askedAmount(approval);
  const max = approval.amount_max ?? asked ?? 0;
  const [text, setText] = useState(asked?.toFixed(2) ?? "");
  const [responding, setResponding] = useState(false);
  const accept = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const amount = asked === null ? null : readAmount(text, max, approval.currency ?? "EUR");
  const value = amount?.kind === "ok" ? amount.value : null;
  const { allow_accept, allow_respond, allow_ignore } = approval.request.config;
  const editable = approval.request.config.allow_edit && approval.editable.includes("amount");
  const off = offline || decide.isPending;
  const approve = (): void => {
    if (!off && amount?.kind !== "wrong") decide.mutate(decisionFor(asked, value));
  };
  useKeys(
    keysOn
      ? {
          a: () => (asked === null ? approve() : accept.current?.focus()),
          d: editable ? () => field.current?.select() : undefined,
          r: allow_respond ? () => setResponding(true) : undefined,
          x: allow_ignore && !off ? () => decide.mutate({ type: "ignore", args: null }) : undefined,
        }
      : {},
  );
  return (
    <section className="ask" aria-label="Approval needed">
      <header>
        <Icon name="stamp" />
        {verb(approval, null)} needs your decision
        <Expiry at={approval.expires_at} name={firstName(approval.customer.name)} />
      </header>
      <div className={asked === null ? "body body-facts" : "body"}>
        {asked !== null && (
          <div className="form stack gap-1">
            <label className="label row" htmlFor={`amount-${approval.approval_id}`}>
              Amount {editable && <kbd className="push">d</kbd>}
            </label>
            <div className={amount?.kind === "wrong" ? "field amount is-wrong" : "field amount"}>
              <span className="t3">{currencySign(approval.currency ?? "EUR")}</span>
              <input
                ref={field}
                id={`amount-${approval.approval_id}`}
                inputMode="decimal"
                readOnly={!editable}
                value={text}
                aria-invalid={amount?.kind === "wrong"}
                aria-describedby={`amount-note-${approval.approval_id}`}
                onChange={(e) => setText(e.target.value)}
                onKeyDown={(e) => e.key === "Enter" && accept.current?.focus()}
              />
            </div>
            <p className={amount?.kind === "wrong" ? "xxs bad" : "xxs t3"} id={`amount-note-${approval.approval_id}`}>
              {amount?.kind === "wrong"
                ? amount.why
                : `At most ${money(max, approval.currency ?? "EUR")}. If you lower it, ${firstName(approval.customer.name)} is told the new amount.`}
            </p>
          </div>
        )}
        <Facts approval={approval} />
      </div>
      {responding && (
        <Respond name={firstName(approval.customer.name)} off={off} close={() => setResponding(false)} send={(words) => decide.mutate({ type: "response", args: words })} />
      )}
      {decide.error && (
        <p className="say say-b" role="alert">
          <Icon name="warn" size="sm" />
          <span className="grow">{decide.error.message} Nothing was decided.</span>
        </p>
      )}
      <footer>
        {allow_accept && (
          <button type="button" className="btn btn-main" ref={accept} disabled={off || amount?.kind === "wrong"} onClick={approve}>
            {decide.isPending ? "Deciding…" : verb(approval, value)} <kbd>a</kbd>
          </button>
        )}
        {allow_respond && (
          <button type="button" className="btn" disabled={off} onClick={() => setResponding(true)}>
            Respond… <kbd>r</kbd>
          </button>
        )}
        {allow_ignore && (
          <button type="button" className="btn btn-quiet" disabled={off} onClick={() => decide.mutate({ type: "ignore", args: null })}>
            Ignore <kbd>x</kbd>
          </button>
        )}
        <span className="push xs t3">{offline ? "Needs a connection, so that nobody decides twice." : "The first decision counts."}</span>
      </footer>
    </section>
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
