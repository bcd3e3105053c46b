import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { FakeEngine } from "../../tests/engine";
import { Guide } from "./Guide";
import { happened } from "./guide";
import { useStartOver } from "./useStartOver";

afterEach(cleanup);

let engine: FakeEngine;

beforeAll(async () => {
  engine = await FakeEngine.start();
  window.happyDOM.setURL(engine.origin);
});
afterAll(() => engine.stop());

function Page({ begun }: { begun: string[][] }) {
  const { startOver, pending, refusal } = useStartOver("C-1001", () => begun.push(engine.asked.map((a) => a.url ?? "")));
  const story = { conversation: undefined, happened: happened(undefined, false), toggleTheme: () => undefined };
  return <Guide {...story} startOver={startOver} starting={pending} refusal={refusal} />;
}

async function startOver(): Promise<string[][]> {
  const begun: string[][] = [];
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Page begun={begun} />
    </QueryClientProvider>,
  );
  await userEvent.setup().click(screen.getByRole("button", { name: "Start over" }));
  await waitFor(() => expect(begun).toHaveLength(1));
  return begun;
}

test("the shop is put back before a new conversation begins", async () => {
  engine.answers(200, {});
  const begun = await startOver();
  expect(begun).toEqual([["/api/v1/demo/start-over"]]);
  expect(engine.asked).toMatchObject([{ method: "POST", guard: "1", body: { customer_id: "C-1001" } }]);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a shop that was not put back is told of, and the conversation begins all the same", async () => {
  engine.answers(503, { title: "Not reset", detail: "What was done stays done.", status: 503 });
  await startOver();
  expect((await screen.findByRole("alert")).textContent).toBe("What was done stays done.");
});
