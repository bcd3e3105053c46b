import { roomAt, type RoomProps } from "../rooms";
import "../room/room.css";
import { RoomTabs } from "../room/RoomTabs";
import "./book.css";
import { Drafting } from "./Drafting";
import { useDraft } from "./draft";
import { Versions } from "./Versions";

const PARTS = [
  [roomAt("book"), "Draft"],
  [roomAt("book", "versions"), "Versions"],
] as const;

/** The designer's room: the book's files, checked while one writes; versions that were in force. */
export default function BookRoom({ path }: RoomProps) {
  const [part, file, line] = path;
  const drafting = useDraft();
  if (part === "versions")
    return (
      <main className="room" aria-label="Rule book">
        <header className="bar">
          <h1>Rule book</h1>
          <RoomTabs name="Parts of the room" parts={PARTS} at={roomAt("book", "versions")} />
        </header>
        <Versions />
      </main>
    );
  const opened = part === "file" && file ? { name: file, line: Number(line) || null } : null;
  return <Drafting {...drafting} opened={opened} tabs={<RoomTabs name="Parts of the room" parts={PARTS} at={roomAt("book")} />} />;
}
