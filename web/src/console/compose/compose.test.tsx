import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { FakeEngine } from "../../../tests/engine";
import { conversation, me } from "../../../tests/samples";
import type { Task } from "../api/workspace";
import { Composer } from "../talk/Composer";
import { TaskCard } from "../task/TaskCard";

let engine: FakeEngine;

beforeAll(async () => {
  engine = await FakeEngine.start();
  window.happyDOM.setURL(engine.origin);
});
beforeEach(() => sessionStorage.clear());
afterEach(cleanup);
afterAll(() => engine.stop());

function show(node: ReactNode) {
  render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>{node}</QueryClientProvider>);
  return userEvent.setup();
}

const mine = (id: string) => conversation({ conversation_id: id, status: "human_handling", owner: { agent_id: me.agent_id, name: me.name } });
const sent = (method: string) => engine.asked.filter((one) => one.method === method);

test("a semicolon finds a canned reply, and its variables are filled before it is sent", async () => {
  engine.answers(200, { items: [] });
  engine.answersAt("/canned-replies", { items: [{ name: "sorry-wait", text: "Sorry for the wait, {customer.first_name}.", updated_by: "Runa", updated_at: "2026-01-15T10:00:00Z" }] });
  const user = show(<Composer conversation={mine("cnv_canned")} me={me} offline={false} />);
  await screen.findByRole("button", { name: ";sorry-wait" });
  await user.type(screen.getByRole("textbox", { name: /Reply to Marta/ }), "Dear Marta, ;sor");
  expect(screen.getByRole("option", { name: /sorry-wait/ })).toBeTruthy();
  await user.keyboard("{Enter}");
  expect(screen.getByRole("textbox", { name: /Reply to Marta/ })).toHaveProperty("value", "Dear Marta, Sorry for the wait, Marta.");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(sent("POST").map((one) => (one.body as { text?: string }).text)).toContain("Dear Marta, Sorry for the wait, Marta."));
});

test("a note names a colleague by an at sign, and only colleagues get it", async () => {
  engine.answers(200, { items: [] });
  engine.answersAt("/agents", { items: [{ agent_id: "usr_nils", name: "Nils Berg", role: "agent", status: "online", skills: [], load: 0, max_load: 5 }] });
  const user = show(<Composer conversation={conversation({ conversation_id: "cnv_note" })} me={me} offline={false} />);
  await user.keyboard("n");
  const box = screen.getByRole("textbox", { name: "Note for colleagues" });
  await user.type(box, "@nil");
  await screen.findByRole("option", { name: /Nils Berg/ });
  await user.keyboard("{Enter}is it in stock?{Control>}{Enter}{/Control}");
  await waitFor(() => expect(sent("POST")).toMatchObject([{ url: "/api/v1/conversations/cnv_note/notes", body: { text: "@Nils Berg is it in stock?", mentions: ["usr_nils"] } }]));
});

test("what was not sent stands in the box again, and says why", async () => {
  engine.answers(409, { type: "/problems/claimed-already", title: "Tove has this conversation.", status: 409, detail: "Ask Tove to pass it on." });
  const user = show(<Composer conversation={mine("cnv_late")} me={me} offline={false} />);
  await user.type(screen.getByRole("textbox", { name: /Reply to Marta/ }), "Hello");
  await user.click(screen.getByRole("button", { name: /Send/ }));
  expect((await screen.findByText(/Not sent\. Ask Tove/)).textContent).toContain("Try again.");
  expect(screen.getByRole("textbox", { name: /Reply to Marta/ })).toHaveProperty("value", "Hello");
});

test("opening a conversation leaves the keys to the list; Enter goes to the box", async () => {
  engine.answers(200, { items: [] });
  const user = show(<Composer conversation={mine("cnv_keys")} me={me} offline={false} />);
  expect(document.activeElement).toBe(document.body);
  await user.keyboard("{Enter}");
  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: /Reply to Marta/ }));
});

const task: Task = {
  task_id: "tsk_1",
  conversation_id: "cnv_1",
  action_id: "act_1",
  action: "refund_order",
  action_status: "unknown",
  kind: "unknown_outcome",
  status: "open",
  label: "Refund",
  subject: "1042",
  reason: "Payments did not answer.",
  args: { order_id: "1042", amount: 149.99 },
  outcomes: ["happened", "did_not_happen"],
  customer: "Marta Lindqvist",
  verified: true,
  note: "",
  settled_by: null,
  created_at: "2026-01-15T10:29:00Z",
  settled_at: null,
  looks_again_at: null,
};

test("a task is settled where it was asked, with what was found out", async () => {
  engine.answers(200, { ...task, status: "happened" });
  const user = show(<TaskCard task={task} offline={false} />);
  await user.type(screen.getByRole("textbox", { name: /What you found out/ }), "The bank has it.");
  await user.click(screen.getByRole("button", { name: "It happened" }));
  await waitFor(() => expect(engine.asked[0]).toMatchObject({ url: "/api/v1/tasks/tsk_1", body: { outcome: "happened", note: "The bank has it." } }));
});
