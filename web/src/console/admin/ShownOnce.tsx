import { useState } from "react";
import { day } from "../../shared/words";

/** A secret that nobody can read again: copied, then gone. */
export function ShownOnce({ what, secret, until }: { what: string; secret: string; until?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(secret).then(() => setCopied(true));
  return (
    <div className="once" role="status">
      <p className="xs">{what}</p>
      <output>{secret}</output>
      <div className="row">
        <button type="button" className="btn btn-sm" onClick={copy}>
          {copied ? "Copied" : "Copy"}
        </button>
        <span className="xxs t2">Shown this once{until ? `, good until ${day(until)}` : ""}.</span>
      </div>
    </div>
  );
}
