import type { Problem } from "./types";

/** An answer of the engine that was not the one asked for; its message can be shown as it is. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }

  get status(): number {
    return this.problem.status;
  }
}

/** No answer came; what was asked may be asked again with the same ids. */
export class NoConnection extends Error {
  constructor() {
    super("The engine does not answer. What you wrote is kept.");
  }
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal ? { signal } : {});
}

/** Changes something; the extra header is what a form on another site could not send. */
export function send<T>(method: "POST" | "PATCH" | "PUT" | "DELETE", path: string, body: unknown = {}): Promise<T> {
  const headers = { "Content-Type": "application/json", "X-Frontdesk": "1" };
  return ask<T>(path, { method, headers, body: JSON.stringify(body) });
}

/** Does something of which only the success matters: what it led to is read anyway. */
export function act(path: string): Promise<null> {
  const headers = { "Content-Type": "application/json", "X-Frontdesk": "1", Prefer: "return=minimal" };
  return ask<null>(path, { method: "POST", headers, body: "{}" });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(`/api/v1${path}`, { credentials: "same-origin", ...init }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new NoConnection();
  });
  const text = await response.text();
  if (!response.ok) throw new Refusal(readProblem(text, response));
  return read<T>(text || "null");
}

/** The one place where bytes become types. */
function read<T>(text: string): T {
  return JSON.parse(text) as T;
}

function readProblem(text: string, response: Response): Problem {
  const bare = { type: "about:blank", title: `The engine answered ${response.status}.`, status: response.status };
  try {
    return { ...bare, ...read<Partial<Problem>>(text) };
  } catch {
    return bare;
  }
}
