import { RoomTabs } from "../room/RoomTabs";
import "../room/room.css";
import { roomAt, type RoomProps } from "../rooms";
import { Compared } from "./Compared";
import "./evals.css";
import { Labelling } from "./Labelling";
import { RunPage } from "./RunPage";
import { Runs } from "./Runs";

const MAY_LABEL = ["evaluator", "admin"];

/** The evaluator's room: runs, two of them compared, messages that want a label. */
export default function EvalsRoom({ me, path }: RoomProps) {
  const [part = "runs", first, second] = path;
  const runs = [roomAt("evals"), "Runs"] as const;
  const parts = MAY_LABEL.includes(me.role) ? [runs, [roomAt("evals", "label"), "Labelling"] as const] : [runs];
  return (
    <main className="room" aria-label="Evals">
      <header className="bar">
        <h1>Evals</h1>
        <RoomTabs name="Parts of the room" parts={parts} at={part === "label" ? roomAt("evals", "label") : roomAt("evals")} />
      </header>
      {part === "label" ? <Labelling /> : part === "run" && first ? <RunPage id={first} /> : part === "compare" && first && second ? <Compared old={first} now={second} /> : <Runs />}
    </main>
  );
}
