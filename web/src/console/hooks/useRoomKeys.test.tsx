import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { useKeys } from "./useKeys";
import { useRoomKeys } from "./useRoomKeys";

function Keys({ heard }: { heard: string[] }) {
  useKeys({ c: () => heard.push("claim"), b: () => heard.push("b alone") });
  useRoomKeys({ c: () => heard.push("customers") });
  return <input aria-label="words" />;
}

test("g and a letter lead to a room; the letter alone still does what it does, and so does a letter no room has", async () => {
  const heard: string[] = [];
  const view = render(<Keys heard={heard} />);
  const user = userEvent.setup();
  await user.keyboard("c");
  await user.keyboard("gc");
  await user.keyboard("c");
  await user.keyboard("gb");
  expect(heard).toEqual(["claim", "customers", "claim", "b alone"]);
  await user.type(view.getByLabelText("words"), "gc");
  expect(heard).toHaveLength(4);
});
