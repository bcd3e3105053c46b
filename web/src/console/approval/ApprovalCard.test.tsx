import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { FakeEngine } from "../../../tests/engine";
import { approval, me } from "../../../tests/samples";
import type { Approval } from "../api/types";
import { ApprovalCard } from "./ApprovalCard";

afterEach(cleanup);

let engine: FakeEngine;

beforeAll(async () => {
  engine = await FakeEngine.start();
  window.happyDOM.setURL(engine.origin);
});
afterAll(() => engine.stop());

function show(over: Partial<Approval> = {}, props: { offline?: boolean } = {}) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ApprovalCard approval={approval(over)} me={me} offline={props.offline ?? false} keysOn />
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

test("a lowered amount stands on the button and is sent as an edit", async () => {
  engine.answers(200, approval({ status: "edited" }));
  const user = show();
  const amount = screen.getByRole("textbox", { name: /Amount/ });
  await user.clear(amount);
  await user.type(amount, "120.00");
  await user.click(screen.getByRole("button", { name: /Refund €120\.00/ }));
  const body = { type: "edit", args: { amount: 120 } };
  await waitFor(() => expect(engine.asked).toEqual([{ method: "POST", url: "/api/v1/approvals/apr_1", guard: "1", body }]));
});

test("an amount above the most cannot be sent, and the field says why", async () => {
  const user = show();
  const amount = screen.getByRole("textbox", { name: /Amount/ });
  await user.clear(amount);
  await user.type(amount, "190");
  expect(screen.getByText("At most €149.99.")).toBeTruthy();
  expect(screen.getByRole("button", { name: /Refund/ })).toHaveProperty("disabled", true);
});

test("the key a goes to the button of money, and only the button decides", async () => {
  engine.answers(200, approval({ status: "accepted" }));
  const user = show();
  await user.keyboard("a");
  expect(engine.asked).toEqual([]);
  expect(document.activeElement).toBe(screen.getByRole("button", { name: /Refund €149\.99/ }));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(engine.asked[0]?.body).toEqual({ type: "accept", args: null }));
});

test("who comes second sees that their decision was not used", async () => {
  engine.answers(409, { type: "/problems/decided-already", title: "Decided already.", status: 409 });
  const user = show();
  await user.click(screen.getByRole("button", { name: /Refund/ }));
  expect(await screen.findByText("Yours was not used.")).toBeTruthy();
  expect(screen.queryByRole("button")).toBeNull();
});

test("a refusal is shown where it happened, and the form stays", async () => {
  engine.answers(422, { type: "/problems/wrong-fields", title: "Wrong.", detail: "args.amount may only go down.", status: 422 });
  const user = show();
  await user.click(screen.getByRole("button", { name: /Refund/ }));
  expect((await screen.findByRole("alert")).textContent).toContain("args.amount may only go down. Nothing was decided.");
  expect(screen.getByRole("button", { name: /Refund/ })).toHaveProperty("disabled", false);
});

test("an answer to the customer is sent instead of the action", async () => {
  engine.answers(200, approval({ status: "responded" }));
  const user = show();
  await user.click(screen.getByRole("button", { name: /Respond/ }));
  await user.type(screen.getByRole("textbox", { name: /What Marta reads/ }), "Please send a photo first.");
  await user.click(screen.getByRole("button", { name: /Send this answer/ }));
  await waitFor(() => expect(engine.asked[0]?.body).toEqual({ type: "response", args: "Please send a photo first." }));
});

test("without a connection the buttons are off and say why", () => {
  show({}, { offline: true });
  expect(screen.getByRole("button", { name: /Refund/ })).toHaveProperty("disabled", true);
  expect(screen.getByText(/Needs a connection/)).toBeTruthy();
});

test("what the book reserves for a supervisor an agent cannot decide", () => {
  show({ role: "supervisor" });
  expect(screen.getByRole("button", { name: /Refund/ })).toHaveProperty("disabled", true);
  expect(screen.getByText("The book reserves this for a supervisor.")).toBeTruthy();
});
