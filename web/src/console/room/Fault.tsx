/** Says what did not load, and lets it be tried again. */
export function Fault({ what, error, again }: { what: string; error: Error; again?: () => void }) {
  return (
    <div className="say say-b" role="alert">
      <span className="grow">
        <b>{what}</b> {error.message}
      </span>
      {again && (
        <button type="button" className="btn btn-sm" onClick={again}>
          Load again
        </button>
      )}
    </div>
  );
}

/** Under a form: why it was not done. */
export function Why({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <p className="bad xs" role="alert">
      {error.message}
    </p>
  );
}
