import type { RoomProps } from "../rooms";

/** The supervisor's board. */
export default function BoardRoom({ me }: RoomProps) {
  return (
    <main className="room board" aria-label="Board">
      <header className="bar">
        <h1>Board</h1>
        <span className="xs t3">{me.name}</span>
      </header>
    </main>
  );
}
