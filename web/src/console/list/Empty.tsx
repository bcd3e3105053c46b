import { Icon } from "../../shared/icons";
import type { Filter } from "../hooks/useRows";

const EMPTY: Record<Filter, [string, string]> = {
  waiting: ["Nobody waits for a person", "A conversation that asks for a person, or that a rule hands over, appears here within 3 seconds."],
  mine: ["You have no conversation", "One that you take over stays here until you release it."],
  approvals: ["No approval waits", "An action that the book gives to a person appears here, and at its place in the conversation."],
  all: ["No conversation yet", "The first message of a customer, on any channel, appears here."],
  snoozed: ["Nothing is snoozed", "A conversation that you put aside waits here until its time, or until the customer writes."],
  mentions: ["Nobody has named you", "A note in which a colleague writes your name with an @ leads here until you have read it."],
};

interface Props {
  filter: Filter;
  choose(filter: Filter): void;
  counts: Partial<Record<Filter, number>>;
  searching: boolean;
}

/** What will appear here, and what can be done now. */
export function Empty({ filter, choose, counts, searching }: Props) {
  const [title, text] = searching ? ["Nothing found", "No conversation that you may see has all of these words and filters. Beginnings of words are enough."] : EMPTY[filter];
  const approvals = counts.approvals ?? 0;
  return (
    <div className="mid">
      <Icon name="bell" />
      <b>{title}</b>
      <p className="xs t2">{text}</p>
      <div className="row">
        {filter === "waiting" && approvals > 0 && (
          <button type="button" className="btn btn-sm" onClick={() => choose("approvals")}>
            {approvals === 1 ? "1 approval waits" : `${approvals} approvals wait`}
          </button>
        )}
        {(filter !== "all" || searching) && (
          <button type="button" className="btn btn-sm btn-quiet" onClick={() => choose("all")}>
            See all conversations
          </button>
        )}
      </div>
    </div>
  );
}
