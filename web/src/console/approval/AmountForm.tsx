import { useId, useState, type RefObject } from "react";
import { currencySign, money } from "../../shared/words";
import type { Approval } from "../api/types";
import { askedAmount, readAmount } from "./approval";

/** The amount while it is decided: what was asked, what stands in the field, what is wrong with it. */
export interface AmountState {
  asked: number | null;
  value: number | null;
  wrong: string | null;
  editable: boolean;
  max: number;
  currency: string;
  text: string;
  write(text: string): void;
}

export function useAmount(approval: Approval): AmountState {
  const asked = askedAmount(approval);
  const [text, write] = useState(asked?.toFixed(2) ?? "");
  const max = approval.amount_max ?? asked ?? 0;
  const currency = approval.currency ?? "EUR";
  const read = asked === null ? null : readAmount(text, max, currency);
  return {
    asked,
    value: read?.kind === "ok" ? read.value : null,
    wrong: read?.kind === "wrong" ? read.why : null,
    editable: approval.request.config.allow_edit && approval.editable.includes("amount"),
    max,
    currency,
    text,
    write,
  };
}

interface Props {
  amount: AmountState;
  field: RefObject<HTMLInputElement | null>;
  name: string;
  done(): void;
}

/** The field for the amount; what is wrong with it stands right under it. */
export function AmountForm({ amount, field, name, done }: Props) {
  const id = useId();
  const { wrong, editable, max, currency } = amount;
  const lower = editable ? ` If you lower it, ${name} is told the new amount.` : "";
  return (
    <div className="form stack gap-1">
      <label className="label row" htmlFor={id}>
        Amount {editable && <kbd className="push" aria-hidden>d</kbd>}
      </label>
      <div className={wrong ? "field amount is-wrong" : "field amount"}>
        <span className="t3">{currencySign(currency)}</span>
        <input
          ref={field}
          id={id}
          inputMode="decimal"
          readOnly={!editable}
          value={amount.text}
          aria-invalid={wrong !== null}
          aria-describedby={`${id}-note`}
          onChange={(e) => amount.write(e.target.value)}
          onKeyDown={(e) => e.key === "Enter" && done()}
        />
      </div>
      <p className={wrong ? "xxs bad" : "xxs t3"} id={`${id}-note`}>
        {wrong ?? `At most ${money(max, currency)}.${lower}`}
      </p>
    </div>
  );
}
