import { useEffect, useRef } from "react";

/** A small menu under a button, as `details`: Escape and a click elsewhere close it. */
export function useMenu() {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const away = (event: Event): void => {
      const node = menu.current;
      if (!node?.open) return;
      const escape = event instanceof KeyboardEvent && event.key === "Escape";
      const outside = event instanceof PointerEvent && event.target instanceof Node && !node.contains(event.target);
      if (!escape && !outside) return;
      if (escape) event.stopPropagation();
      close();
    };
    window.addEventListener("keydown", away, true);
    window.addEventListener("pointerdown", away);
    return () => {
      window.removeEventListener("keydown", away, true);
      window.removeEventListener("pointerdown", away);
    };
  }, []);
  const close = (): void => {
    if (!menu.current?.open) return;
    menu.current.open = false;
    menu.current.querySelector("summary")?.focus();
  };
  return { menu, close };
}
