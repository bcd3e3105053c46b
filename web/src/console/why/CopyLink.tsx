import { useState } from "react";
import { Icon } from "../../shared/icons";

/** Puts this place's address on the clipboard and says so. */
export function CopyLink() {
  const [copied, setCopied] = useState<"" | "Copied" | "Not copied">("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setCopied("Copied");
    } catch {
      setCopied("Not copied");
    }
  };
  return (
    <button type="button" className="btn btn-sm copy" aria-label={copied || "Copy link"} onClick={() => void copy()}>
      <Icon name="link" size="sm" /> <span aria-live="polite">{copied || "Copy link"}</span>
    </button>
  );
}
