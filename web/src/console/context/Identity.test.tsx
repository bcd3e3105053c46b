import { expect, test } from "vitest";
import { whoStays, type Candidate } from "../hooks/useIdentity";
import { inWords } from "./Identity";

const other: Candidate = {
  customer_id: "cus_other",
  name: "Ana",
  tier: "gold",
  known_since: "2026-11-21T12:00:00Z",
  has_account: true,
  likelihood: 0.9,
  evidence: [],
};

test("whoever has an account stays when a stranger turns out to be them", () => {
  expect(whoStays({ id: "cus_here", hasAccount: false }, other)).toEqual({ kept: "cus_other", gone: "cus_here" });
});

test("of two equals the one who is looked at stays", () => {
  expect(whoStays({ id: "cus_here", hasAccount: true }, other).kept).toBe("cus_here");
  expect(whoStays({ id: "cus_here", hasAccount: false }, { ...other, has_account: false }).kept).toBe("cus_here");
});

test("what two customers share is said in words", () => {
  expect(inWords({ kind: "record", shared: "m***@example.com" })).toBe("both records have m***@example.com");
  expect(inWords({ kind: "name", shared: "marta" })).toBe("the same name");
});
