import { firstName } from "../../shared/words";
import type { Approval } from "../api/types";

/** What the agent must know before deciding: who asked, which rule, what will happen. */
export function Facts({ approval }: { approval: Approval }) {
  const { customer, rule, effect, request } = approval;
  return (
    <dl className="facts">
      <dt>Asked by</dt>
      <dd>
        the assistant, for {firstName(customer.name)} ({customer.verified ? "verified" : "not verified"})
      </dd>
      {rule && (
        <>
          <dt>Rule</dt>
          <dd>
            {rule.text} · <span className="mono place">{`${rule.file}:${rule.line}`}</span>
          </dd>
        </>
      )}
      {effect && (
        <>
          <dt>It will</dt>
          <dd>{effect}</dd>
        </>
      )}
      {!effect && request.description && (
        <>
          <dt>About</dt>
          <dd>{request.description}</dd>
        </>
      )}
    </dl>
  );
}
