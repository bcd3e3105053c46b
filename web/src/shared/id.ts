/** A UUID, also on a plain http page where `crypto.randomUUID` is withheld: a blob's address ends in one. */
export function newId(): string {
  const url = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(url);
  return url.slice(-36);
}
