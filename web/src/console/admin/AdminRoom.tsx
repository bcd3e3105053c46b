import { roomAt, type RoomProps } from "../rooms";
import { RoomTabs } from "../room/RoomTabs";
import "../room/room.css";
import { Audit } from "./Audit";
import { Groups } from "./Groups";
import { Keys } from "./Keys";
import { People } from "./People";

const PARTS = [
  [roomAt("admin"), "People"],
  [roomAt("admin", "groups"), "Groups"],
  [roomAt("admin", "keys"), "Keys"],
  [roomAt("admin", "audit"), "Audit"],
] as const;

/** The administrator's room: who works here, in which groups, which programs may ask, who did what. */
export default function AdminRoom({ me, path }: RoomProps) {
  const [part = "people", id] = path;
  return (
    <main className="room" aria-label="Admin">
      <header className="bar">
        <h1>Admin</h1>
        <RoomTabs name="Parts of the room" parts={PARTS} at={part === "people" ? roomAt("admin") : roomAt("admin", part)} />
      </header>
      {part === "groups" ? <Groups /> : part === "keys" ? <Keys /> : part === "audit" ? <Audit /> : <People me={me} open={id} />}
    </main>
  );
}
