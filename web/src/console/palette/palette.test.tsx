import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { FakeEngine } from "../../../tests/engine";
import { conversation, me, row } from "../../../tests/samples";
import { Palette } from "./Palette";

let engine: FakeEngine;

beforeAll(async () => {
  engine = await FakeEngine.start();
  window.happyDOM.setURL(engine.origin);
});
afterEach(cleanup);
afterAll(() => engine.stop());

function show() {
  const chosen: string[] = [];
  const act = (name: string) => () => void chosen.push(name);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Palette me={me} conversation={conversation()} choose={(filter) => chosen.push(filter)} search={act("search")} help={act("help")} claimNext={act("claim")} />
    </QueryClientProvider>,
  );
  return { user: userEvent.setup(), chosen };
}

test("Ctrl K opens everything by name, and Enter does the first", async () => {
  const { user, chosen } = show();
  await user.keyboard("{Control>}k{/Control}");
  await user.keyboard("snoozed{Enter}");
  expect(chosen).toEqual(["snoozed"]);
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a conversation is found by its words and opened", async () => {
  const line = { entry_no: 3, sender: "customer", timestamp: "2026-01-15T10:29:00Z", text: "the Ostra pendant" };
  engine.answers(200, { items: [{ ...row({ conversation_id: "cnv_found" }), line }], next_cursor: null });
  const { user } = show();
  await user.keyboard("{Control>}k{/Control}");
  await user.keyboard("ostra");
  await user.click(await screen.findByText("the Ostra pendant"));
  expect(location.hash).toBe("#/c/cnv_found");
});

test("what is not possible here is not offered", async () => {
  const { user } = show();
  await user.keyboard("{Control>}k{/Control}");
  expect(screen.getByText("Take over")).toBeTruthy();
  expect(screen.queryByText("Release to the assistant")).toBeNull();
});
