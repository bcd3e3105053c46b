import type { RoomProps } from "../rooms";
import { Behind } from "./Behind";
import { TheBoard } from "./TheBoard";
import { Watch } from "./Watch";
import type { Period } from "./types";
import "./board.css";

const PERIODS: readonly Period[] = ["today", "7d", "30d"];

/** The supervisor's room: the board, the conversations behind a figure, one conversation watched. */
export default function BoardRoom({ me, path }: RoomProps) {
  const [place, first, period, ...value] = path;
  if (place === "show" && first) return <Behind figure={first} period={PERIODS.find((p) => p === period) ?? "today"} value={value.join("/")} />;
  if (place === "watch" && first) return <Watch me={me} id={first} />;
  return <TheBoard />;
}
