import { useState } from "react";
import { clock } from "../../shared/words";
import { useLive } from "../hooks/useLive";
import { useNow } from "../hooks/useNow";
import { Agents } from "./Agents";
import { Channels, Containment, Moods, Reasons, Sla, Urgency } from "./Panels";
import { Strip } from "./Strip";
import { StuckPanel } from "./StuckPanel";
import type { Board, Period } from "./types";
import { useBoard } from "./useBoard";

const NAMES: [Period, string][] = [
  ["today", "Today"],
  ["7d", "7 days"],
  ["30d", "30 days"],
];

/** How the desk stands, live. */
export function TheBoard() {
  const [period, setPeriod] = useState<Period>("today");
  const board = useBoard(period);
  return (
    <main className="room" aria-label="Board">
      <header className="bar">
        <h1>Board</h1>
        <Age at={board.dataUpdatedAt} />
        <div className="seg push" role="group" aria-label="Time shown">
          {NAMES.map(([key, name]) => (
            <button type="button" key={key} aria-pressed={period === key} onClick={() => setPeriod(key)}>
              {name}
            </button>
          ))}
        </div>
      </header>
      {board.error && (
        <div className="say say-b" role="alert">
          <span className="grow">
            <b>The board did not load.</b> {board.error.message}
          </span>
          <button type="button" className="btn btn-sm" onClick={() => void board.refetch()}>
            Load again
          </button>
        </div>
      )}
      {board.data ? <Grid board={board.data} /> : <Skeleton busy={!board.error} />}
    </main>
  );
}

function Grid({ board }: { board: Board }) {
  return (
    <div className="grid">
      <Strip board={board} />
      <Urgency board={board} />
      <Sla board={board} />
      <Moods board={board} />
      <div className="col wide">
        <Agents board={board} />
        <div className="pairs">
          <Containment board={board} />
          <Reasons board={board} />
        </div>
      </div>
      <div className="col">
        <StuckPanel board={board} />
        <Channels board={board} />
      </div>
    </div>
  );
}

/** How old what is shown is; without a connection, from when. */
function Age({ at }: { at: number }) {
  const { line } = useLive();
  const now = useNow();
  if (!at) return null;
  const live = line.kind === "live";
  return (
    <span className="row row-1 xs t3">
      <span className="dot" style={{ "--c": live ? "var(--color-success)" : "var(--color-text-3)" }} />
      {live ? `live, ${Math.max(0, Math.round((now - at) / 1000))} s old` : `as of ${clock(new Date(at).toISOString())}`}
    </span>
  );
}

function Skeleton({ busy }: { busy: boolean }) {
  return (
    <div className="grid" aria-busy={busy} aria-label="Loading the board">
      <div className="card strip sk-strip" />
      {["", "", "", "wide", ""].map((name, i) => (
        <div className={`card panel sk-panel ${name}`} key={i}>
          <i className="skeleton" />
        </div>
      ))}
    </div>
  );
}
