// The keys that work on every page.
import { useEffect, useRef } from "react";

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function useShortcuts(help: () => void): void {
  const ask = useRef(help);
  ask.current = help;
  useEffect(() => {
    function pressed(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) {
        if (event.key === "Escape") (event.target as HTMLElement).blur();
        return;
      }
      if (event.key === "/") {
        const box = document.querySelector<HTMLInputElement>("[data-slash]");
        if (!box) return;
        event.preventDefault();
        box.focus();
        box.select();
      } else if (event.key === "?") {
        event.preventDefault();
        ask.current();
      }
    }
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}
