import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import type { IconName } from "../shared/icons";
import type { Me, Role } from "./api/types";

/** What a room is given: who is in it, and what stands behind its name in the address. */
export interface RoomProps {
  me: Me;
  /** `#/board/agents/usr_1` opens the room `board` with `["agents", "usr_1"]`. */
  path: readonly string[];
}

/** A room beside the agent's; its code comes when it is first opened. */
export interface Room {
  id: string;
  name: string;
  icon: IconName;
  /** Pressed after `g`. */
  key: string;
  roles: readonly Role[];
  Page: LazyExoticComponent<ComponentType<RoomProps>>;
}

/** The rooms in the rail's order. A room default-exports its page; this line is all the frame needs. */
export const ROOMS: readonly Room[] = [
  { id: "board", name: "Board", icon: "board", key: "b", roles: ["supervisor", "admin"], Page: lazy(() => import("./board/BoardRoom")) },
  { id: "customers", name: "Customers", icon: "user", key: "u", roles: ["agent", "supervisor", "admin"], Page: lazy(() => import("./customers/CustomersRoom")) },
  { id: "book", name: "Rule book", icon: "book", key: "r", roles: ["designer", "admin"], Page: lazy(() => import("./book/BookRoom")) },
  { id: "help", name: "Articles", icon: "doc", key: "h", roles: ["designer", "supervisor", "admin"], Page: lazy(() => import("./help/HelpRoom")) },
  { id: "evals", name: "Evals", icon: "report", key: "e", roles: ["evaluator", "designer", "admin"], Page: lazy(() => import("./evals/EvalsRoom")) },
  { id: "admin", name: "Admin", icon: "gear", key: "d", roles: ["admin"], Page: lazy(() => import("./admin/AdminRoom")) },
];

/** The roles that work in the queue; the others read what a link leads to. */
const AT_THE_DESK: readonly Role[] = ["agent", "supervisor", "admin"];

export function worksAtDesk(role: Role): boolean {
  return AT_THE_DESK.includes(role);
}

export function roomsOf(role: Role, rooms: readonly Room[] = ROOMS): Room[] {
  return rooms.filter((room) => room.roles.includes(role));
}

export function roomNamed(id: string, role: Role, rooms: readonly Room[] = ROOMS): Room | null {
  return roomsOf(role, rooms).find((room) => room.id === id) ?? null;
}

/** Where a role begins: at the queue, or in the first room of its own. */
export function homeOf(role: Role, rooms: readonly Room[] = ROOMS): string {
  const first = worksAtDesk(role) ? undefined : roomsOf(role, rooms)[0];
  return first ? roomAt(first.id) : "#/";
}

export function roomAt(id: string, ...path: string[]): string {
  return ["#", id, ...path.map(encodeURIComponent)].join("/");
}
