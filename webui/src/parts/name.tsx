import { Fragment } from "react";
import { pieces, visible } from "../lib/names";

/** A text that came from a user: what cannot be seen is shown as its code, nothing is markup. */
export function Name({ text, clamp = false }: { text: string; clamp?: boolean }) {
  return (
    <bdi className={clamp ? "name clamp" : "name"} title={clamp ? visible(text) : undefined}>
      {pieces(text).map((piece, i) =>
        piece.meaning === undefined ? (
          <span key={i}>{piece.text}</span>
        ) : (
          <span key={i} className="unseen" title={piece.meaning}>
            {piece.text}
          </span>
        ),
      )}
    </bdi>
  );
}

/** The name of a property or a metric; a long one breaks after a dot. */
export function Key({ text }: { text: string }) {
  return (
    <code className="key">
      {text.split(/(?<=\.)/).map((part, i) => (
        <Fragment key={i}>
          {i > 0 && <wbr />}
          <Name text={part} />
        </Fragment>
      ))}
    </code>
  );
}
