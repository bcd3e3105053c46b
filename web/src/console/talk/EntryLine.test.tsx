import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { FakeEngine } from "../../../tests/engine";
import { entry, fromCustomer } from "../../../tests/samples";
import type { Entry } from "../api/types";
import { EntryLine } from "./EntryLine";

let engine: FakeEngine;

beforeAll(async () => {
  engine = await FakeEngine.start();
  window.happyDOM.setURL(engine.origin);
});
afterAll(() => engine.stop());
afterEach(cleanup);

function show(one: Entry): string {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <EntryLine entry={one} conversationId="cnv_1" entities={[]} me="Runa Solberg" explain={false} />
    </QueryClientProvider>,
  );
  return document.body.textContent ?? "";
}

const fromAgent = (over: Partial<Entry>): Entry => entry({ sender: "agent", sender_name: "Runa Solberg", channel: "email", ...over });

test("a whisper says who whispers, and that the customer never reads it", () => {
  const whisper = entry({ kind: "event", direction: "internal", sender: "agent", sender_name: "Tove Aaltonen", text: "Offer her free shipping.", whispered: ["usr_runa", "usr_tove"] });
  expect(show(whisper)).toContain("Whisper, the customer never reads it · Tove Aaltonen: Offer her free shipping.");
});

test("how far a line came stands under it, and why it did not come further", () => {
  expect(show(fromAgent({ delivery: { channel: "email", state: "read" } }))).toContain("read");
  cleanup();
  expect(show(fromAgent({ delivery: { channel: "sms", state: "failed", error: "The number does not exist." } }))).toContain("not delivered by sms: The number does not exist.");
});

test("a file opens by a link that is made when it is wanted", async () => {
  const opened = vi.spyOn(window, "open").mockReturnValue(null);
  engine.answers(200, { url: "/files/abc" });
  show(fromCustomer("Here is a photo", { attachments: [{ name: "crack.jpg", media_type: "image/jpeg", size: 240_000, attachment_id: "att_1", url: null }] }));
  expect(screen.getByRole("list", { name: "Attachments" }).textContent).toContain("240 kB");
  await userEvent.click(screen.getByRole("button", { name: "crack.jpg" }));
  await vi.waitFor(() => expect(opened).toHaveBeenCalledWith("/files/abc", "_blank", "noopener"));
  expect(engine.asked.map((one) => one.url)).toEqual(["/api/v1/attachments/att_1/link"]);
});
