import type { Problem } from "../shared/entry";

/** A file that was chosen for the next message. */
export interface Upload {
  readonly key: string;
  readonly file: File;
  state:
    | { kind: "waits" }
    | { kind: "goes"; share: number }
    | { kind: "there"; id: string }
    | { kind: "refused"; why: string | null };
}

/** Where files are brought, and who brings them. */
export interface Place {
  server: string;
  token: string;
}

/** Brings a file and tells how it goes; says why it was not taken, in the engine's words where it has some. */
export function bring({ server, token }: Place, upload: Upload, changed: () => void): XMLHttpRequest {
  const request = new XMLHttpRequest();
  const become = (state: Upload["state"]): void => {
    upload.state = state;
    changed();
  };
  request.open("POST", `${server}/api/v1/attachments?name=${encodeURIComponent(upload.file.name)}`);
  request.setRequestHeader("X-Customer-Token", token);
  request.upload.onprogress = (event) => become({ kind: "goes", share: event.total ? event.loaded / event.total : 0 });
  request.onload = () => become(outcome(request.status, request.responseText));
  request.onerror = () => become({ kind: "refused", why: null });
  become({ kind: "goes", share: 0 });
  request.send(upload.file);
  return request;
}

/** What an answer of the engine means for the file. */
export function outcome(status: number, body: string): Upload["state"] {
  try {
    const told = JSON.parse(body) as { attachment_id: string } & Problem;
    if (status === 201) return { kind: "there", id: told.attachment_id };
    return { kind: "refused", why: told.notice ?? ([told.title, told.detail].filter(Boolean).join(" ") || null) };
  } catch {
    return { kind: "refused", why: null };
  }
}

/** How large a file is, as people say it. */
export function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
