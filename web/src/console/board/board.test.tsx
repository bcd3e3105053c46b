import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { behindAt, percent, reasonParts, slaDots, worstAhead } from "./figures";
import { LineChart } from "./LineChart";
import type { Board } from "./types";

const quarter = (n: number): string => new Date(Date.UTC(2026, 0, 15, 10, 15 * n)).toISOString();

function board(staffed: number[]): Board {
  return {
    at: quarter(4),
    period: "today",
    sla: {
      target: 0.95,
      past: [0.97, 0.96].map((value, n) => ({ at: quarter(n), value, number: 8 })),
      as_staffed: staffed.map((value, n) => ({ at: quarter(5 + n), value, number: 0 })),
      with_one_more: staffed.map((_, n) => ({ at: quarter(5 + n), value: 1, number: 0 })),
    },
  } as unknown as Board;
}

test("a figure's address carries what was counted, and for which time", () => {
  expect(behindAt("channel", "7d", "web chat")).toBe("#/board/show/channel/7d/web%20chat");
});

test("what is expected begins where what was ends", () => {
  const { past, staffed } = slaDots(board([0.93]));
  expect(past.at(-1)).toEqual(staffed[0]);
  expect(staffed[0]?.y).toBe(0.96);
});

test("only a promise that will be broken is a warning", () => {
  expect(worstAhead(board([0.99, 0.91, 0.94]))?.value).toBe(0.91);
  expect(worstAhead(board([0.99, 0.96]))).toBeNull();
});

test("nothing counted is a dash, not a zero", () => {
  expect(percent(null)).toBe("–");
  expect(percent(0.7141)).toBe("71.4 %");
});

test("a bar has five parts at most, and they make a whole", () => {
  const parts = reasonParts(Array.from({ length: 8 }, (_, n) => ({ kind: `k${n}`, text: `reason ${n}`, number: 8 - n })));
  expect(parts).toHaveLength(5);
  expect(parts.at(-1)?.text).toBe("other");
  expect(parts.reduce((sum, p) => sum + p.share, 0)).toBeCloseTo(1);
  expect(reasonParts([])).toEqual([]);
});

test("a chart is read with the arrow keys, and its table says every point", async () => {
  const dots = [
    { x: 0, y: 1, say: "Monday: 1" },
    { x: 1, y: null, say: "Tuesday: none" },
    { x: 2, y: 3, say: "Wednesday: 3" },
  ];
  render(<LineChart name="Replies" series={[{ name: "replies", dots }]} width={300} height={100} x={{ marks: [], from: 0, to: 2 }} y={{ marks: [0, 3], text: String }} empty="Nothing yet" />);
  const plot = screen.getByRole("group", { name: /Replies/ });
  plot.focus();
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");
  expect(plot.textContent).toContain("Wednesday: 3");
  const table = screen.getByRole("table", { name: "Replies" });
  expect(within(table).getAllByRole("row")).toHaveLength(2);
});
