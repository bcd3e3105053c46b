import { lazy } from "react";
import { expect, test } from "vitest";
import type { Role } from "./api/types";
import { homeOf, roomAt, roomNamed, roomsOf, ROOMS, worksAtDesk, type Room } from "./rooms";

const room = (id: string, roles: Role[]): Room => ({ id, name: id, icon: "board", key: id[0] ?? "", roles, Page: lazy(() => Promise.resolve({ default: () => null })) });
const rooms = [room("board", ["supervisor", "admin"]), room("evals", ["evaluator", "admin"])];

test("a role sees its rooms alone, in the rail's order", () => {
  expect(roomsOf("admin", rooms).map((r) => r.id)).toEqual(["board", "evals"]);
  expect(roomsOf("agent", rooms)).toEqual([]);
  expect(roomNamed("evals", "supervisor", rooms)).toBeNull();
});

test("an agent begins at the queue, an evaluator in the evaluator's room", () => {
  expect(["agent", "supervisor", "admin"].map((role) => homeOf(role as Role, rooms))).toEqual(["#/", "#/", "#/"]);
  expect(homeOf("evaluator", rooms)).toBe("#/evals");
  expect(worksAtDesk("evaluator")).toBe(false);
});

test("a role without a room of its own still begins somewhere", () => {
  expect(homeOf("designer", rooms)).toBe("#/");
});

test("no two rooms share an address or a key, and none takes the keys of the queue", () => {
  const [ids, keys] = [ROOMS.map((r) => r.id), ROOMS.map((r) => r.key)];
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set([...keys, "q", "a", "g"]).size).toBe(keys.length + 3);
});

test("an address holds whatever is put into it", () => {
  expect(roomAt("book", "flows/return.yaml", "12")).toBe("#/book/flows%2Freturn.yaml/12");
});
