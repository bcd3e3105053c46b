import { Icon } from "../../shared/icons";
import { Refusal } from "../api/client";

interface Props {
  chosen: boolean;
  error: Error | null;
  again(): void;
}

/** The place of the conversation while there is none. */
export function Nothing({ chosen, error, again }: Props) {
  if (chosen && !error) return <main className="talk" aria-busy="true" aria-label="Loading the conversation" />;
  const elsewhere = error instanceof Refusal && error.problem.type.endsWith("/with-a-colleague");
  return (
    <main className="talk nothing">
      <div className="mid">
        <Icon name={error && !elsewhere ? "warn" : "chat"} />
        <b>{elsewhere ? error.problem.title : error ? "This conversation did not load" : "No conversation is open"}</b>
        <p className="xs t2">{error ? error.message : "Choose one at the left. j and k move, c claims the next that waits."}</p>
        {error && !elsewhere && (
          <button type="button" className="btn btn-sm" onClick={again}>
            Load again
          </button>
        )}
      </div>
    </main>
  );
}
