import { useEffect, useRef } from "react";

const KEYS: [string, string][] = [
  ["/", "to the path box or the filter of the page"],
  ["↑ ↓ Home End", "from row to row of a table"],
  ["Enter", "open the row"],
  ["Alt + ↑", "to the parent folder (Browse)"],
  ["Esc", "leave a box"],
  ["?", "this list"],
];

export function Help({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label="Keys" onClose={close}>
      <h2>Keys</h2>
      <dl className="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button>Close</button>
      </form>
    </dialog>
  );
}
