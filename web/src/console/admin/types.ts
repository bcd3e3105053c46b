import type { Role } from "../api/types";

export interface Person {
  agent_id: string;
  name: string;
  email: string;
  role: Role;
  skills: string[];
  languages: string[];
  groups: string[];
  max_load: number;
  load: number;
  status: string;
  active: boolean;
  /** False: the person has a code and has not chosen a password yet. */
  has_password: boolean;
  created_at: string;
  seen_at: string | null;
}

export interface PersonFields {
  name: string;
  email: string;
  role: Role;
  skills: string[];
  languages: string[];
  groups: string[];
  max_load: number;
}

export interface Code {
  code: string;
  path: string;
  expires_at: string;
}

export interface Group {
  group_id: string;
  name: string;
  members: string[];
}

export interface Key {
  key_id: string;
  name: string;
  scopes: string[];
  created_at: string;
  revoked_at: string | null;
}

export interface ShownKey extends Pick<Key, "key_id" | "name" | "scopes"> {
  key: string;
}

export interface Line {
  audit_id: string;
  at: string;
  actor: string;
  action: string;
  subject: string;
  subject_id: string;
  detail: Record<string, unknown>;
}
