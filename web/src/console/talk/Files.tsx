import { useMutation } from "@tanstack/react-query";
import { safeUrl } from "../../shared/cited";
import type { Attached } from "../../shared/entry";
import { Icon } from "../../shared/icons";
import { fileSize } from "../../shared/words";
import { send } from "../api/client";

/** The files of a message, each opened beside the page. */
export function Files({ files }: { files: readonly Attached[] }) {
  if (!files.length) return null;
  return (
    <ul className="src" aria-label="Attachments">
      {files.map((file) => (
        <li key={file.attachment_id ?? file.url ?? file.name}>
          <Icon name="doc" size="sm" /> {file.attachment_id ? <Kept id={file.attachment_id} name={file.name} /> : <Elsewhere file={file} />} {file.size !== null && fileSize(file.size)}
        </li>
      ))}
    </ul>
  );
}

/** A file that the channel has; where it cannot be opened, only its name stands here. */
function Elsewhere({ file }: { file: Attached }) {
  if (!file.url) return <bdi>{file.name}</bdi>;
  return (
    <a href={safeUrl(file.url)} target="_blank" rel="noopener noreferrer">
      <bdi>{file.name}</bdi>
    </a>
  );
}

/** A file that the engine keeps; its link holds a quarter of an hour and is made when it is wanted. */
function Kept({ id, name }: { id: string; name: string }) {
  const open = useMutation({
    mutationFn: () => send<{ url: string }>("POST", `/attachments/${encodeURIComponent(id)}/link`),
    onSuccess: ({ url }) => window.open(safeUrl(url), "_blank", "noopener"),
  });
  return (
    <>
      <button type="button" className="as-link" disabled={open.isPending} onClick={() => open.mutate()}>
        <bdi>{name}</bdi>
      </button>
      {open.error && (
        <span className="bad" role="alert">
          {" "}
          {open.error.message}
        </span>
      )}
    </>
  );
}
